import { describe, expect, it } from 'vitest';
import { fuzzy } from '../src/core/fuzzy';

const best = (query: string, ...texts: string[]): string =>
  texts.map((text) => ({ text, score: fuzzy(query, text) ?? -1 })).sort((a, b) => b.score - a.score)[0]!.text;

describe('Fuzzy search', () => {
  it.each([
    ['', 'Anything', true],
    ['al', 'Align left', true],
    ['alf', 'Align left', true],
    ['left align', 'Align left', true],
    ['lz', 'Align left', false],
    ['ga', 'Align left', false],
    ['ÜBER', 'Überbrücken', true],
  ])('%j in %j: %s', (query, text, found) => expect(fuzzy(query, text) !== undefined).toBe(found));

  it('prefers whole words, then beginnings of words, then letters anywhere', () => {
    expect(best('copy', 'Compact layout yes', 'Copy')).toBe('Copy');
    expect(best('al', 'Zoom in all', 'Align left', 'Cancel')).toBe('Align left');
    expect(best('dh', 'Distribute horizontally', 'Add here')).toBe('Distribute horizontally');
    expect(best('ks', 'Masks', 'KSampler')).toBe('KSampler');
  });
});
