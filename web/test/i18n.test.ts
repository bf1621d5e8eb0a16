import { describe, expect, it } from 'vitest';
import { catalogs, duration, message, type MessageKey } from '../src/i18n';

describe('Messages', () => {
  it('say the same things with the same values in every language', () => {
    const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();
    expect(Object.keys(catalogs.de).sort()).toEqual(Object.keys(catalogs.en).sort());
    for (const key of Object.keys(catalogs.en) as MessageKey[]) {
      expect(names(catalogs.de[key]), key).toEqual(names(catalogs.en[key]));
      expect(catalogs.de[key].trim(), key).not.toBe('');
    }
  });

  it('put values in', () => expect(message('en', 'say.copied', { count: 3 })).toBe('3 copied.'));

  it.each([[480, '480 ms'], [1500, '1.5 s'], [90_000, '1.5 min'], [-3, '0 ms']])('read %d ms as %s', (time, text) => expect(duration('en', time)).toBe(text));
});
