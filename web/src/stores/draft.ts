import { parseJson, writeJson, type Json } from '../core/json';
import type { LevelPath } from '../core/levels';

/** What the browser keeps of the workflow that is open. */
export interface Draft {
  readonly definition: Json;
  readonly dirty?: boolean;
  readonly stored?: { readonly id: string; readonly etag: string };
  readonly runId?: string;
  readonly runs?: readonly string[];
  readonly path?: LevelPath;
}

const KEY = 'vortex.draft';

/** @returns whether there was room for it */
export function keepDraft(storage: Pick<Storage, 'setItem'> | undefined, draft: Draft): boolean {
  try {
    storage?.setItem(KEY, writeJson(draft));
    return true;
  } catch {
    return false;
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
