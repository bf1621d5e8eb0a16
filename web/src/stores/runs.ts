import { ApiFailure, type ApiClient } from '../api/client';
import { EventStream, type Socket } from '../api/events';
import { emptyRun, isOver, ofView, reduce, type RunState } from './run-state';
import { Store } from './store';

interface Runs {
  /** Newest first. */
  readonly all: readonly RunState[];
  readonly loaded: boolean;
  /** Whether every followed run's connection stands. */
  readonly connected: boolean;
}

/** In the next frame, or soon: a page that is hidden, or is hidden before that frame comes, has none. */
const inNextFrame = (action: () => void): void => {
  let waits = true;
  const once = (): void => {
    if (waits) action();
    waits = false;
  };
  globalThis.requestAnimationFrame?.(once);
  setTimeout(once, 100);
};

/** The runs of the workspace, kept current by their events. */
export class RunsStore extends Store<Runs> {
  readonly #streams = new Map<string, EventStream>();
  #toldInThisFrame = false;
  readonly #broken = new Set<string>();

  constructor(
    private readonly api: ApiClient,
    private readonly open: (url: string) => Socket = (url) => new WebSocket(url) as unknown as Socket,
  ) {
    super({ all: [], loaded: false, connected: true });
  }

  get(id: string): RunState | undefined {
    return this.value.all.find((run) => run.id === id);
  }

  /** Reads the newest runs and follows those that are not over. @throws ApiFailure */
  async load(): Promise<void> {
    const views = await this.api.runs();
    const known = new Map(this.value.all.map((run) => [run.id, run]));
    for (const view of views) {
      const old = known.get(view.run_id);
      known.set(view.run_id, old && old.seq > 0 ? old : ofView(view));
    }
    this.update({ all: sorted([...known.values()]), loaded: true });
    for (const view of views) if (!isOver(view.status)) this.follow(view.run_id);
  }

  /** Takes part in a run from its first event on; once, however often it is called. */
  follow(id: string): void {
    if (this.#streams.has(id)) return;
    const known = this.get(id);
    if (known && known.seq > 0 && isOver(known.status)) return;
    // The log is read from its beginning: states that lists gave are replaced by what the events say.
    this.#put({ ...(known ?? emptyRun(id)), seq: 0, nodes: new Map(), changes: 0, artifacts: [] });
    const stream = new EventStream({
      open: (since) => this.open(this.api.eventsUrl(id, since)),
      take: (event) => {
        this.#put(reduce(this.get(id) ?? emptyRun(id), event));
        const now = this.get(id)!;
        if (isOver(now.status) && /^run\.(completed|failed|canceled)$/.test(event.event_type)) this.#streams.delete(id);
      },
      connected: (connected) => {
        if (connected) this.#broken.delete(id);
        else this.#broken.add(id);
        this.update({ connected: this.#broken.size === 0 });
      },
    });
    this.#streams.set(id, stream);
  }

  /** Follows a run that is not among those read so far, such as an old one that an address names. @returns whether there is one. @throws ApiFailure */
  async find(id: string): Promise<boolean> {
    if (!this.get(id)) {
      try {
        this.#put(ofView(await this.api.run(id)));
      } catch (failure) {
        if (failure instanceof ApiFailure && failure.status === 404) return false;
        throw failure;
      }
    }
    this.follow(id);
    return true;
  }

  async cancel(id: string): Promise<void> {
    await this.api.cancel(id);
    const run = this.get(id);
    if (run && !isOver(run.status)) this.#put({ ...run, cancelRequested: true });
  }

  stop(): void {
    for (const stream of this.#streams.values()) stream.stop();
    this.#streams.clear();
  }

  /** An event that comes alone is shown at once; what follows in the same frame is shown together in the next. */
  protected override tell(listeners: () => void): void {
    if (this.#toldInThisFrame) return inNextFrame(listeners);
    this.#toldInThisFrame = true;
    inNextFrame(() => (this.#toldInThisFrame = false));
    queueMicrotask(listeners);
  }

  #put(run: RunState): void {
    const at = this.value.all.findIndex((one) => one.id === run.id);
    const all = at < 0 ? [run, ...this.value.all] : this.value.all.with(at, run);
    this.update({ all: at < 0 || this.value.all[at]!.queued !== run.queued ? sorted(all) : all });
  }
}

// Ids are random: the time of acceptance decides. A run that was just asked for has none yet, and is the newest.
const sorted = (runs: RunState[]): RunState[] =>
  runs.sort((a, b) => (b.queued || Infinity) - (a.queued || Infinity) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
