import type { Language } from './stores/settings';

/** A point in time as people read it. */
export const when = (language: Language, time: number | string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(typeof time === 'string' ? Date.parse(time) : time);

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size as people read it, by thousands. */
export function bytes(language: Language, size: number): string {
  let at = 0;
  while (size >= 1000 && at < UNITS.length - 1) {
    size /= 1000;
    at++;
  }
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: size < 10 && at > 0 ? 1 : 0 }).format(size)} ${UNITS[at]}`;
}
