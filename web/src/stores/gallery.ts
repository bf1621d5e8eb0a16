import type { ViewsApi, GalleryFilter, GalleryItem } from '../api/views';
import { Store } from './store';

export interface Gallery {
  readonly filter: GalleryFilter;
  /** Those read so far, the last to appear first. */
  readonly items: readonly GalleryItem[];
  readonly state: 'loading' | 'ready' | 'failed';
  readonly more: boolean;
}

const PAGE = 48;
const MOST_EMPTY = 20;

/** All artifacts, narrowed by a filter and read part by part. An answer to an earlier filter is thrown away. */
export class GalleryStore extends Store<Gallery> {
  #cursor: string | null = null;
  #turn = 0;

  constructor(
    private readonly api: Pick<ViewsApi, 'artifacts'>,
    private readonly fail: (failure: unknown) => void = () => undefined,
  ) {
    super({ filter: {}, items: [], state: 'loading', more: false });
  }

  /** Begins again with a filter; with the same one it looks for what is new. */
  async choose(filter: GalleryFilter): Promise<void> {
    if (this.value.state === 'ready' && same(filter, this.value.filter)) return this.refresh();
    this.#cursor = null;
    this.update({ filter, items: [], state: 'loading', more: false });
    await this.#read(++this.#turn);
  }

  async more(): Promise<void> {
    if (this.value.state === 'loading' || !this.value.more) return;
    this.update({ state: 'loading' });
    await this.#read(++this.#turn);
  }

  /** Puts what has appeared since in front. Where nothing was read yet this reads. */
  async refresh(): Promise<void> {
    if (this.value.state === 'loading') return;
    if (this.value.state === 'failed') return this.more();
    const turn = this.#turn;
    try {
      const { items } = await this.api.artifacts(this.value.filter, null, PAGE);
      if (turn !== this.#turn) return;
      const known = new Set(this.value.items.map((item) => item.artifact_id));
      const fresh = items.filter((item) => !known.has(item.artifact_id));
      // More than a page is new: what lies between is not known, so the list begins again.
      if (fresh.length === items.length && this.value.items.length > 0 && items.length > 0) return void this.#again();
      if (fresh.length > 0) this.update({ items: [...fresh, ...this.value.items] });
    } catch (failure) {
      this.fail(failure);
    }
  }

  async #again(): Promise<void> {
    this.#cursor = null;
    this.update({ items: [], state: 'loading', more: false });
    await this.#read(++this.#turn);
  }

  async #read(turn: number): Promise<void> {
    try {
      // A part may be empty while there is more.
      for (let tries = 0; tries < MOST_EMPTY; tries++) {
        const page = await this.api.artifacts(this.value.filter, this.#cursor, PAGE);
        if (turn !== this.#turn) return;
        this.#cursor = page.next_cursor;
        const known = new Set(this.value.items.map((item) => item.artifact_id));
        const items = [...this.value.items, ...page.items.filter((item) => !known.has(item.artifact_id))];
        this.update({ items, more: page.next_cursor !== null });
        if (page.items.length > 0 || page.next_cursor === null) break;
      }
      this.update({ state: 'ready' });
    } catch (failure) {
      if (turn !== this.#turn) return;
      this.update({ state: 'failed', more: true });
      this.fail(failure);
    }
  }
}

const same = (a: GalleryFilter, b: GalleryFilter): boolean => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
