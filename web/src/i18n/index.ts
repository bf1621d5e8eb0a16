import type { Language } from '../stores/settings';
import { de } from './de';
import { en, type MessageKey } from './en';

export type { MessageKey };
export const catalogs: Record<Language, Record<MessageKey, string>> = { en, de };

/** A sentence in a language, `{name}` replaced by what is given. */
export function message(language: Language, key: MessageKey, values: Record<string, string | number> = {}): string {
  return catalogs[language][key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A time span as people read it: milliseconds below a second, seconds below a minute. */
export function duration(language: Language, milliseconds: number): string {
  const format = (value: number, unit: string, digits: number): string => `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${unit}`;
  if (milliseconds < 1000) return format(Math.max(0, Math.round(milliseconds)), 'ms', 0);
  return milliseconds < 60_000 ? format(milliseconds / 1000, 's', 1) : format(milliseconds / 60_000, 'min', 1);
}
