import { parseJson, writeJson, type Json } from '../core/json';
import type { KeptSteps } from '../core/history';
import type { LevelPath } from '../core/levels';

/** What the browser keeps of the workflow that is open. */
export interface Draft {
  readonly definition: Json;
  readonly dirty?: boolean;
  readonly stored?: { readonly id: string; readonly etag: string };
  readonly runId?: string;
  readonly runs?: readonly string[];
  readonly path?: LevelPath;
  /** What can be taken back and done again. */
  readonly steps?: KeptSteps;
}

const KEY = 'vortex.draft';

/** Keeps a draft, without its steps where there is no room for them. @returns whether there was room for the rest */
export function keepDraft(storage: Pick<Storage, 'setItem'> | undefined, draft: Draft): boolean {
  const { steps, ...rest } = draft;
  try {
    storage?.setItem(KEY, writeJson(draft));
    return true;
  } catch {
    return steps !== undefined && keepDraft(storage, rest);
  }
}

export function findDraft(storage: Pick<Storage, 'getItem'> | undefined): Draft | undefined {
  try {
    const text = storage?.getItem(KEY);
    return text ? (parseJson(text) as unknown as Draft) : undefined;
  } catch {
    return undefined;
  }
}
