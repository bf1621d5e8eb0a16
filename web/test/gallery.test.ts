import { describe, expect, it } from 'vitest';
import type { GalleryFilter, GalleryItem } from '../src/api/views';
import { GalleryStore } from '../src/stores/gallery';

const item = (id: string): GalleryItem => ({ artifact_id: id }) as GalleryItem;
const ids = (store: GalleryStore): string => store.value.items.map((one) => one.artifact_id).join('');

/** A server with one page for each cursor. */
class Pages {
  readonly asked: { filter: GalleryFilter; cursor: string | null }[] = [];
  constructor(public pages: Record<string, { items: string; next: string | null } | Error>) {}
  artifacts = async (filter: GalleryFilter, cursor: string | null): Promise<{ items: GalleryItem[]; next_cursor: string | null }> => {
    this.asked.push({ filter, cursor });
    const page = this.pages[cursor ?? 'first']!;
    if (page instanceof Error) throw page;
    return { items: [...page.items].map(item), next_cursor: page.next };
  };
}

describe('The gallery', () => {
  it('reads part by part until there is no more', async () => {
    const pages = new Pages({ first: { items: 'ab', next: '1' }, 1: { items: 'cd', next: null } });
    const store = new GalleryStore(pages);
    await store.choose({ media: 'image' });
    expect([ids(store), store.value.more, store.value.state]).toEqual(['ab', true, 'ready']);
    await store.more();
    expect([ids(store), store.value.more]).toEqual(['abcd', false]);
    await store.more();
    expect(pages.asked).toEqual([{ filter: { media: 'image' }, cursor: null }, { filter: { media: 'image' }, cursor: '1' }]);
  });

  it('goes on over empty parts', async () => {
    const store = new GalleryStore(new Pages({ first: { items: '', next: '1' }, 1: { items: '', next: '2' }, 2: { items: 'x', next: '3' } }));
    await store.choose({});
    expect([ids(store), store.value.more]).toEqual(['x', true]);
  });

  it('throws away what comes for an earlier filter', async () => {
    const holds: (() => void)[] = [];
    const store = new GalleryStore({
      artifacts: async (filter) => {
        await new Promise<void>((go) => holds.push(go));
        return { items: [item(filter.tag!)], next_cursor: null };
      },
    });
    const [early, late] = [store.choose({ tag: 'old' }), store.choose({ tag: 'new' })];
    holds[1]!();
    await late;
    holds[0]!();
    await early;
    expect([ids(store), store.value.filter, store.value.state]).toEqual(['new', { tag: 'new' }, 'ready']);
  });

  it('puts what is new in front, and shows nothing twice', async () => {
    const pages = new Pages({ first: { items: 'bc', next: '1' }, 1: { items: 'cd', next: null } });
    const store = new GalleryStore(pages);
    await store.choose({});
    pages.pages = { ...pages.pages, first: { items: 'ab', next: '1' } };
    await store.choose({});
    expect(ids(store)).toBe('abc');
    await store.more();
    expect(ids(store)).toBe('abcd');
  });

  it('begins again when more than a part is new', async () => {
    const pages = new Pages({ first: { items: 'z', next: null } });
    const store = new GalleryStore(pages);
    await store.choose({});
    pages.pages = { first: { items: 'ab', next: '1' }, 1: { items: 'z', next: null } };
    await store.refresh();
    expect([ids(store), store.value.more]).toEqual(['ab', true]);
  });

  it('says what failed, and goes on where it stopped', async () => {
    const told: unknown[] = [];
    const pages = new Pages({ first: { items: 'a', next: '1' }, 1: new Error('down') });
    const store = new GalleryStore(pages, (failure) => told.push(failure));
    await store.choose({});
    await store.more();
    expect([store.value.state, told.length, ids(store)]).toEqual(['failed', 1, 'a']);
    pages.pages = { ...pages.pages, 1: { items: 'b', next: null } };
    await store.refresh();
    expect([store.value.state, ids(store)]).toEqual(['ready', 'ab']);
  });
});
