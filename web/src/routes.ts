import type { GalleryFilter } from './api/views';

export type OperateView = 'queue' | 'runners' | 'models' | 'health';

/** What an address names. */
export type Route =
  | { readonly view: 'editor' }
  | { readonly view: 'workflows' }
  | { readonly view: 'runs'; readonly run?: string }
  | { readonly view: 'batches'; readonly batch?: string }
  | { readonly view: 'gallery'; readonly filter: GalleryFilter }
  | { readonly view: 'artifact'; readonly id: string }
  | { readonly view: 'compare'; readonly first: string; readonly second: string }
  | { readonly view: 'operate'; readonly part: OperateView };

export const OPERATE: readonly OperateView[] = ['queue', 'runners', 'models', 'health'];
const KEYS = ['media', 'kind', 'status', 'workflow', 'tag', 'from', 'until'] as const;

/** Reads the part of the address behind the page. What names nothing is the editor. */
export function route(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, first, second] = path.split('/');
  if (view === 'workflows') return { view };
  if (view === 'runs') return first && /^run_\w+$/.test(first) ? { view, run: first } : { view };
  if (view === 'batches') return first && /^[0-9a-f]+$/.test(first) ? { view, batch: first } : { view };
  if (view === 'gallery') {
    const values = new URLSearchParams(query);
    return { view, filter: Object.fromEntries(KEYS.flatMap((key) => (values.get(key) ? [[key, values.get(key)!]] : []))) as GalleryFilter };
  }
  if (view === 'artifacts' && first) return { view: 'artifact', id: decode(first) };
  if (view === 'compare' && first && second) return { view, first: decode(first), second: decode(second) };
  if (view === 'operate') return { view, part: OPERATE.find((part) => part === first) ?? 'queue' };
  return { view: 'editor' };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lonely percent sign; the server says that there is nothing of that name
  }
};

/** The address of the gallery, narrowed. */
export function galleryHash(filter: GalleryFilter): string {
  const query = new URLSearchParams(KEYS.flatMap((key) => (filter[key] ? [[key, filter[key]] as [string, string]] : [])));
  return query.size === 0 ? '#/gallery' : `#/gallery?${query}`;
}

export const artifactHash = (id: string): string => `#/artifacts/${encodeURIComponent(id)}`;
export const compareHash = (first: string, second: string): string => `#/compare/${encodeURIComponent(first)}/${encodeURIComponent(second)}`;
