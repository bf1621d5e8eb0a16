import type { Json } from './json';

/** What JSON has no words for stands under names that begin so; objects that have such names themselves are written as lists. */
const MARK = '$';

/** Plain data as JSON, with its maps and with members that are there and undefined. */
export function pack(value: unknown): Json {
  if (value === undefined) return { $none: true };
  if (typeof value !== 'object' || value === null) return value as Json;
  if (value instanceof Map) return { $map: [...value].map(([key, one]) => [key as Json, pack(one)]) };
  if (Array.isArray(value)) return value.map(pack);
  const members = Object.entries(value).map(([name, one]): [string, Json] => [name, pack(one)]);
  return members.some(([name]) => name.startsWith(MARK)) ? { $object: members } : Object.fromEntries(members);
}

/** The data that {@link pack} wrote. */
export function unpack(value: Json | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => unpack(one));
  const [first, ...more] = Object.entries(value);
  if (first && more.length === 0) {
    const [name, one] = first;
    if (name === '$none') return undefined;
    const list = (): [string, Json][] => one as unknown as [string, Json][];
    if (name === '$map') return new Map(list().map(([key, item]) => [key, unpack(item)]));
    if (name === '$object') return Object.fromEntries(list().map(([key, item]) => [key, unpack(item)]));
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one)]));
}
