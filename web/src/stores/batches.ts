import { ApiFailure, type ApiClient } from '../api/client';
import type { Artifact, RunStatus, RunView } from '../api/types';
import { cellsOf, type Axis } from '../core/batch';
import { parseJson, writeJson, type Json, type JsonObject } from '../core/json';
import { isOver } from './run-state';
import { Store } from './store';

/** One run of a batch. */
export interface Cell {
  readonly values: JsonObject;
  readonly run?: string;
  readonly status?: RunStatus;
  /** The newest picture it made. */
  readonly picture?: Artifact;
  /** Why the server did not take it, or why it failed. */
  readonly problem?: string;
}

export interface Batch {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
  /** What is run; kept only until every run is accepted. */
  readonly definition?: Json;
  readonly canceled?: boolean;
}

const KEY = 'vortex.batches';
const MOST_KEPT = 20;
const LOOK_AFTER = 1500;
const TRY_AGAIN_AFTER = 2000;

/** The tag that the runs of a batch have. */
export const tagOf = (batch: Pick<Batch, 'id'>): string => `batch-${batch.id}`;
/** Whether nothing more will happen. */
export const isDone = (batch: Batch): boolean => batch.cells.every((cell) => cell.problem !== undefined || (cell.status !== undefined && isOver(cell.status)) || (batch.canceled === true && cell.run === undefined));

/** Runs over a grid of values. They are kept in the browser: a reload goes on with what is not accepted yet, under the same keys. */
export class BatchesStore extends Store<{ readonly all: readonly Batch[] }> {
  readonly #starting = new Set<string>();
  readonly #read = new Set<string>();
  #look: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(
    private readonly api: ApiClient,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  ) {
    super({ all: [] });
    try {
      const kept = parseJson(storage?.getItem(KEY) ?? '[]') as unknown as readonly Batch[];
      if (Array.isArray(kept)) this.update({ all: kept });
    } catch {
      // Another version's; the runs themselves are with the server.
    }
  }

  get(id: string): Batch | undefined {
    return this.value.all.find((one) => one.id === id);
  }

  /** Goes on with what was under way when the page was closed. */
  resume(): void {
    for (const batch of this.value.all) if (!isDone(batch)) void this.#go(batch.id);
  }

  /** Starts a run for each combination. @returns the batch's id */
  start(name: string, definition: Json, axes: readonly Axis[]): string {
    const id = [...crypto.getRandomValues(new Uint8Array(6))].map((one) => one.toString(16).padStart(2, '0')).join('');
    const batch: Batch = { id, name, created: Date.now(), axes, cells: cellsOf(axes).map((values) => ({ values })), definition };
    this.update({ all: [batch, ...this.value.all].slice(0, MOST_KEPT) });
    this.#keep();
    void this.#go(id);
    return id;
  }

  /** Starts no further run and asks the server to stop those that are not over. @throws ApiFailure */
  async cancel(id: string): Promise<void> {
    this.#put(id, (batch) => ({ ...batch, canceled: true }));
    const open = (this.get(id)?.cells ?? []).flatMap((cell) => (cell.run && !(cell.status && isOver(cell.status)) ? [cell.run] : []));
    const results = await Promise.allSettled(open.map((run) => this.api.cancel(run)));
    this.#soon();
    const failed = results.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Forgets a batch; its runs stay with the server. */
  forget(id: string): void {
    this.update({ all: this.value.all.filter((one) => one.id !== id) });
    this.#keep();
  }

  async #go(id: string): Promise<void> {
    if (this.#starting.has(id)) return;
    this.#starting.add(id);
    this.#soon();
    for (let at = 0; ; at++) {
      const batch = this.get(id);
      const cell = batch?.cells[at];
      if (!batch || !cell || batch.canceled || batch.definition === undefined) break;
      if (cell.run !== undefined || cell.problem !== undefined) continue;
      try {
        // The same key after a reload gives the same run again.
        const { run_id } = await this.api.start(batch.definition, `${tagOf(batch)}-${at}`, { inputs: cell.values, options: { tags: [tagOf(batch)] } });
        this.#cell(id, at, { run: run_id, status: 'queued' });
        if (this.get(id)?.canceled) await this.api.cancel(run_id).catch(() => undefined);
      } catch (failure) {
        if (!(failure instanceof ApiFailure)) throw failure;
        if (failure.offline || failure.status === 429 || failure.status >= 500) {
          await this.wait(TRY_AGAIN_AFTER);
          at--;
        } else this.#cell(id, at, { problem: failure.problems[0]?.message ?? failure.message });
      }
    }
    this.#starting.delete(id);
    this.#put(id, ({ definition: _, ...batch }) => batch);
    this.#soon();
  }

  #soon(): void {
    if (this.#look === undefined) this.#look = setTimeout(() => void this.#refresh(), LOOK_AFTER);
  }

  async #refresh(): Promise<void> {
    this.#look = undefined;
    if (this.#busy) return;
    this.#busy = true;
    for (const batch of this.value.all.filter((one) => !isDone(one))) await this.#see(batch).catch(() => undefined);
    this.#busy = false;
    if (this.value.all.some((one) => !isDone(one))) this.#soon();
  }

  /** Reads the pictures of a batch of before, once somebody looks at it. */
  async open(id: string): Promise<void> {
    const batch = this.get(id);
    if (batch) await this.#see(batch).catch(() => undefined);
  }

  async #see(batch: Batch): Promise<void> {
    const byRun = new Map<string, RunView>((await this.api.runsTagged(tagOf(batch))).map((run) => [run.run_id, run]));
    for (const [at, cell] of (this.get(batch.id)?.cells ?? []).entries()) {
      const run = cell.run === undefined ? undefined : byRun.get(cell.run);
      if (!run) continue;
      if (run.status !== cell.status) this.#cell(batch.id, at, { status: run.status, ...(run.status === 'failed' && run.summary?.problems[0] ? { problem: run.summary.problems[0].message } : {}) });
      if (isOver(run.status) && !cell.picture && !this.#read.has(run.run_id)) {
        this.#read.add(run.run_id);
        const picture = (await this.api.artifacts(run.run_id)).findLast((one) => one.media_type.startsWith('image/'));
        if (picture) this.#cell(batch.id, at, { picture });
      }
    }
  }

  #cell(id: string, at: number, change: Partial<Cell>): void {
    this.#put(id, (batch) => ({ ...batch, cells: batch.cells.with(at, { ...batch.cells[at]!, ...change }) }));
  }

  #put(id: string, change: (batch: Batch) => Batch): void {
    this.update({ all: this.value.all.map((one) => (one.id === id ? change(one) : one)) });
    this.#keep();
  }

  #keep(): void {
    try {
      this.storage?.setItem(KEY, writeJson(this.value.all));
    } catch {
      // A full storage: the runs are with the server, and have the batch's tag.
    }
  }
}
