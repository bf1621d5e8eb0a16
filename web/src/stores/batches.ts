import { ApiFailure, type ApiClient } from '../api/client';
import type { Artifact, RunStatus, RunView } from '../api/types';
import { axesOf, cellsOf, countOf, MOST_RUNS, sameCell, type Axis } from '../core/batch';
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
  /** Started by another browser: what has no run yet is that one's to start. */
  readonly elsewhere?: boolean;
}

const KEY = 'vortex.batches';
const MOST_KEPT = 20;
const LOOK_AFTER = 1500;
const TRY_AGAIN_AFTER = 2000;
/** So many questions to the server at a time. */
const AT_ONCE = 8;

/** The tag that the runs of a batch have. */
export const tagOf = (batch: Pick<Batch, 'id'>): string => `batch-${batch.id}`;
/** Whether nothing more will happen. */
export const isDone = (batch: Batch): boolean => batch.cells.every((cell) => cell.problem !== undefined || (cell.status !== undefined && isOver(cell.status)) || ((batch.canceled === true || batch.elsewhere === true) && cell.run === undefined));

/**
 * Runs over a grid of values. What is not accepted yet is kept in the browser: a reload goes on with it, under the same keys.
 * Runs of a batch have its tag, so that another browser shows it by its address.
 */
export class BatchesStore extends Store<{ readonly all: readonly Batch[]; /** Those that are looked for at the server. */ readonly sought: ReadonlySet<string> }> {
  readonly #starting = new Set<string>();
  readonly #read = new Set<string>();
  #look: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(
    private readonly api: ApiClient,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  ) {
    super({ all: [], sought: new Set() });
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

  /** Reads the pictures of a batch of before, once somebody looks at it; one of another browser is put together from its runs. @throws ApiFailure where these cannot be read */
  async open(id: string): Promise<void> {
    const known = this.get(id);
    if ((!known || (known.elsewhere && known.cells.some((cell) => cell.run === undefined))) && !this.value.sought.has(id)) {
      this.update({ sought: new Set([...this.value.sought, id]) });
      try {
        await this.#find(id);
      } finally {
        this.update({ sought: new Set([...this.value.sought].filter((one) => one !== id)) });
      }
    }
    const batch = this.get(id);
    if (!batch) return;
    await this.#see(batch).catch(() => undefined);
    if (!isDone(batch)) this.#soon();
  }

  async #find(id: string): Promise<void> {
    const runs = (await this.api.runsTagged(tagOf({ id }))).toReversed();
    if (runs.length === 0 || runs.length > MOST_RUNS) return;
    const values: JsonObject[] = [];
    for (let at = 0; at < runs.length; at += AT_ONCE) {
      values.push(...(await Promise.all(runs.slice(at, at + AT_ONCE).map(async (run) => (await this.api.runDefinition(run.run_id)).inputs))));
    }
    const axes = axesOf(values);
    if (axes.length === 0 || countOf(axes) > MOST_RUNS) return;
    const cells = cellsOf(axes).map((cell): Cell => {
      const run = runs[values.findIndex((one) => sameCell(one, cell))];
      return run ? { values: cell, run: run.run_id } : { values: cell };
    });
    const batch: Batch = { id, name: runs[0]!.workflow_name ?? '', created: Date.parse(runs[0]!.created_at), axes, cells, elsewhere: true };
    this.update({ all: [...this.value.all.filter((one) => one.id !== id), batch].sort((a, b) => b.created - a.created).slice(0, MOST_KEPT) });
    this.#keep();
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
