import type { NodeInput } from './catalog';
import { parseJson, writeJson, type Json, type JsonObject } from './json';

/** One input that a batch varies, and the values it takes. */
export interface Axis {
  readonly input: string;
  readonly values: readonly Json[];
}

/** How somebody wrote down the values of an axis. */
export interface AxisDraft {
  readonly input: string;
  readonly way: 'list' | 'range' | 'seeds';
  /** For a list: one value a line; numbers also between commas. */
  readonly list: string;
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly count: string;
}

export type AxisProblem = 'batch.noValues' | 'batch.badValue' | 'batch.badRange' | 'batch.badCount' | 'batch.tooMany';

/** More values than these on one axis, or runs in one batch, are a slip of the hand. */
export const MOST_RUNS = 1000;
/** More runs than these are started only after a question. */
export const ASK_ABOVE = 20;

const isNumeric = (type: string): boolean => type === 'Integer' || type === 'Number';

function number(text: string, field: NodeInput): Json | undefined {
  const trimmed = text.trim();
  if (field.type === 'Integer') {
    if (!/^[+-]?\d+$/.test(trimmed)) return undefined;
    const exact = BigInt(trimmed.replace(/^\+/, ''));
    if ((field.min !== undefined && exact < BigInt(Math.ceil(field.min))) || (field.max !== undefined && exact > BigInt(field.max))) return undefined;
    return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
  }
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) || (field.min !== undefined && value < field.min) || (field.max !== undefined && value > Number(field.max)) ? undefined : value;
}

function one(text: string, field: NodeInput): Json | undefined {
  if (isNumeric(field.type)) return number(text, field);
  if (field.type === 'Bool') return /^(true|yes|1|ja|an)$/i.test(text.trim()) ? true : /^(false|no|0|nein|aus)$/i.test(text.trim()) ? false : undefined;
  if (field.type === 'Json') {
    try {
      return parseJson(text);
    } catch {
      return undefined;
    }
  }
  const choices = field.choices ?? [];
  return choices.length > 0 && !choices.includes(text.trim()) ? undefined : text;
}

/** Reads the values of an axis. @param seed gives a random seed, for those counted */
export function readAxis(draft: AxisDraft, field: NodeInput, seed: () => number): { axis: Axis } | { problem: AxisProblem; value?: string } {
  const values: Json[] = [];
  if (draft.way === 'list') {
    // Words may hold commas; numbers hold none.
    const parts = draft.list.split(isNumeric(field.type) ? /[\n,;]+/ : /\n+/).filter((part) => part.trim() !== '');
    for (const part of parts) {
      const value = one(part, field);
      if (value === undefined) return { problem: 'batch.badValue', value: part.trim() };
      values.push(value);
    }
  } else if (draft.way === 'range') {
    const [from, to, step] = [draft.from, draft.to, draft.step].map((text) => Number(text.trim().replace(',', '.')));
    if (![from, to, step].every((value) => Number.isFinite(value)) || step === 0 || (to! - from!) / step! < 0 || draft.from.trim() === '' || draft.to.trim() === '') return { problem: 'batch.badRange' };
    const count = Math.floor((to! - from!) / step! + 1e-9) + 1;
    if (count > MOST_RUNS) return { problem: 'batch.tooMany' };
    for (let at = 0; at < count; at++) {
      const text = String(Number((from! + at * step!).toPrecision(12)));
      const value = number(text, field);
      if (value === undefined) return { problem: 'batch.badValue', value: text };
      values.push(value);
    }
  } else {
    const count = Number(draft.count.trim());
    if (!Number.isInteger(count) || count < 1) return { problem: 'batch.badCount' };
    if (count > MOST_RUNS) return { problem: 'batch.tooMany' };
    const most = field.max === undefined ? undefined : BigInt(field.max);
    for (let at = 0; at < count; at++) {
      const value = seed();
      values.push(most !== undefined && BigInt(value) > most ? Number(BigInt(value) % (most + 1n)) : value);
    }
  }
  if (values.length === 0) return { problem: 'batch.noValues' };
  return values.length > MOST_RUNS ? { problem: 'batch.tooMany' } : { axis: { input: draft.input, values } };
}

export const countOf = (axes: readonly Axis[]): number => axes.reduce((count, axis) => count * axis.values.length, 1);

/** All combinations of the axes' values; the last axis changes fastest. */
export function cellsOf(axes: readonly Axis[]): JsonObject[] {
  return axes.reduce<JsonObject[]>((cells, axis) => cells.flatMap((cell) => axis.values.map((value) => ({ ...cell, [axis.input]: value }))), [{}]);
}

/** The axes of a grid whose cells had these values, in the order they were started: each value once, and the input that changes fastest last. */
export function axesOf(cells: readonly JsonObject[]): Axis[] {
  const axes = new Map<string, { values: Map<string, Json>; changes: number; last: string }>();
  for (const cell of cells) {
    for (const [input, value] of Object.entries(cell)) {
      if (value === undefined) continue;
      const text = writeJson(value);
      const axis = axes.get(input) ?? { values: new Map<string, Json>(), changes: 0, last: text };
      if (axis.last !== text) axis.changes++;
      axis.last = text;
      axis.values.set(text, value);
      axes.set(input, axis);
    }
  }
  return [...axes].sort(([, a], [, b]) => a.changes - b.changes).map(([input, { values }]) => ({ input, values: [...values.values()] }));
}

/** Whether two cells of a grid are the same one. */
export const sameCell = (a: JsonObject, b: JsonObject): boolean => Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([input, value]) => value !== undefined && b[input] !== undefined && writeJson(value) === writeJson(b[input]));

/** A value as a heading shows it. */
export const valueText = (value: Json | undefined): string => {
  const text = typeof value === 'string' ? value : value === undefined ? '' : writeJson(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};
