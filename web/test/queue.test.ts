import { describe, expect, it } from 'vitest';
import type { Queue, QueueItem, Runner } from '../src/api/operate';
import { bytes } from '../src/format';
import { missingModels, namedModels } from '../src/core/models';
import { moveTarget, waitsFor, waitsKey } from '../src/core/queue';
import { readDocument } from '../src/core/document';
import { catalog } from './some';

const item = (run_id: string, queue_position?: number): QueueItem => ({ run_id, workflow_id: null, created_at: '', priority: 0, status: 'queued', ...(queue_position ? { queue_position } : {}) });
const items = [item('w'), item('a', 1), item('b', 2), item('c', 3)];
const queue = (paused = false): Queue => ({ items, lag_ms: 0, paused });
const runner = (status: string, batches: number): Runner => ({ status, batches, batches_at_once: 2 }) as Runner;

describe('The queue', () => {
  it('says what a run waits for', () => {
    const why = (at: number, runners: Runner[] | undefined, paused = false): string | undefined => waitsFor(queue(paused), items[at]!, runners)?.key;
    expect(why(0, [])).toBeUndefined();
    expect(why(1, [runner('working', 0)], true)).toBe('queue.waits.paused');
    expect(why(1, [])).toBe('queue.waits.nobody');
    expect(why(1, [runner('silent', 0), runner('draining', 0)])).toBe('queue.waits.nobody');
    expect(why(1, [runner('working', 2)])).toBe('queue.waits.free');
    expect(why(1, [runner('working', 2), runner('working', 1)])).toBe('queue.waits.next');
    expect(why(1, undefined)).toBe('queue.waits.next');
    expect(waitsFor(queue(), items[3]!, [runner('working', 2)])).toEqual({ key: 'queue.waits.turn', count: 2 });
  });

  it('says in its own words what the server knows, and the server’s sentence with them', () => {
    const short = { ...items[1]!, waits_for: { code: 'capacity.quota', reason: 'Ask for more.' } };
    expect(waitsFor(queue(), short, [])).toEqual({ key: 'waits.quota', count: 0, reason: 'Ask for more.' });
    expect(waitsFor(queue(true), short, [])?.key).toBe('queue.waits.paused');
    expect(['capacity.starting', 'capacity.new_one', 'other', 'waits.since'].map(waitsKey)).toEqual(['waits.starting', 'waits.unknown', 'waits.unknown', 'waits.unknown']);
  });

  it.each([
    ['a', -1, null], ['b', -1, 'a'], ['c', -1, 'b'],
    ['a', 1, 'c'], ['b', 1, undefined], ['c', 1, null],
    ['w', -1, null], ['w', 1, null], ['nobody', 1, null],
  ] as const)('moves %s by %i before %s', (run, step, before) => expect(moveTarget(items, run, step)).toBe(before));
});

describe('Models', () => {
  const loader = { name: 'Loader', display_name: 'Load', inputs: [{ name: 'model', type: 'ModelRef', is_widget: true, model_folder: 'checkpoints' }, { name: 'title', type: 'Text', is_widget: true }], outputs: [] };
  const document = readDocument({
    nodes: [
      { id: '1', type: 'Loader', inputs: { model: 'sd\\v1.safetensors', title: 'x' } },
      { id: '2', type: 'Loader', inputs: { model: 'gone.safetensors' } },
      { id: '3', type: 'Loader' },
      { id: '4', type: 'Loader', inputs: { model: 'unused' } },
    ],
    edges: [{ from: { node: '1', port: 'x' }, to: { node: '4', port: 'model' } }],
  });

  it('that a workflow names and the server lacks are found', () => {
    const named = namedModels(new Map([...catalog, ['Loader', loader]]), document);
    expect(named.map((one) => one.node)).toEqual(['1', '2']);
    expect(missingModels(named, [{ folder: 'checkpoints', name: 'sd/v1.safetensors' }, { folder: 'loras', name: 'gone.safetensors' }]).map((one) => one.name)).toEqual(['gone.safetensors']);
  });
});

describe('Sizes', () => it.each([[0, '0 B'], [999, '999 B'], [1000, '1 kB'], [1234, '1.2 kB'], [48_213, '48 kB'], [2_132_625_894, '2.1 GB']])('read %d as %s', (size, text) => expect(bytes('en', size)).toBe(text)));
