/** JSON as documents use it: whole numbers of 64 bits stay exact, as `bigint` where a double would round them. */

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json | undefined };
export type JsonObject = { readonly [name: string]: Json | undefined };

// A private mark in front of digits, so that no text of a document can be taken for a number.
const MARK = '\uE000int:';
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** Sixteen digits in a row: only then there may be a number that a double would round. */
const LONG = /\d{16}/;

/** Reads JSON. @throws SyntaxError with the reader's own words. */
export function parseJson(text: string): Json {
  if (!LONG.test(text)) return JSON.parse(text) as Json;
  let exact = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
    exact = true;
    return `"${MARK}${token}"`;
  });
  return JSON.parse(marked, exact ? (_, value: unknown) => (typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value) : undefined) as Json;
}

/** Writes JSON, big whole numbers as plain digits. */
export function writeJson(value: unknown, indent?: number): string {
  try {
    // The browser's own way, which is several times as fast, refuses a big number.
    return JSON.stringify(value, undefined, indent);
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
  }
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? MARK + one.toString() : one), indent);
  return text.replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1');
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
