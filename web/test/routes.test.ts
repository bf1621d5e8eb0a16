import { describe, expect, it } from 'vitest';
import { midnight } from '../src/api/views';
import { artifactHash, compareHash, galleryHash, route } from '../src/routes';

describe('Addresses', () => {
  it.each([
    ['', { view: 'editor' }],
    ['#/', { view: 'editor' }],
    ['#/nothing', { view: 'editor' }],
    ['#/workflows', { view: 'workflows' }],
    ['#/runs', { view: 'runs' }],
    ['#/runs/run_01AB', { view: 'runs', run: 'run_01AB' }],
    ['#/runs/../x', { view: 'runs' }],
    ['#/batches', { view: 'batches' }],
    ['#/batches/0af1', { view: 'batches', batch: '0af1' }],
    ['#/gallery', { view: 'gallery', filter: {} }],
    ['#/gallery?media=image&other=1&tag=', { view: 'gallery', filter: { media: 'image' } }],
    ['#/artifacts/art_1%2Fx', { view: 'artifact', id: 'art_1/x' }],
    ['#/artifacts/%', { view: 'artifact', id: '%' }],
    ['#/compare/art_1', { view: 'editor' }],
    ['#/operate', { view: 'operate', part: 'queue' }],
    ['#/operate/models', { view: 'operate', part: 'models' }],
    ['#/operate/nothing', { view: 'operate', part: 'queue' }],
    ['#/compare/art_1/art_2', { view: 'compare', first: 'art_1', second: 'art_2' }],
  ])('%s', (hash, expected) => expect(route(hash)).toEqual(expected));

  it('are read as they were written', () => {
    const filter = { media: 'image', kind: 'output', status: 'failed', workflow: 'wf_1', tag: 'a b&c=d', from: '2026-01-31', until: '2026-02-01' } as const;
    expect(route(galleryHash(filter))).toEqual({ view: 'gallery', filter });
    expect(galleryHash({})).toBe('#/gallery');
    expect(route(artifactHash('art/ä?'))).toEqual({ view: 'artifact', id: 'art/ä?' });
    expect(route(compareHash('a/b', 'c'))).toEqual({ view: 'compare', first: 'a/b', second: 'c' });
  });
});

describe('Days', () => {
  it('begin and end at local midnight, also where the clock is put forward', () => {
    expect(midnight('2026-03-28')).toBe(new Date(2026, 2, 28).toISOString());
    expect(midnight('2026-12-31', 1)).toBe(new Date(2027, 0, 1).toISOString());
  });

  it.each([undefined, '', '2026', 'yesterday', '2026-1-1'])('are nothing for %s', (text) => expect(midnight(text)).toBeUndefined());
});
