import { ViewsApi } from './api/views';
import { app } from './app';
import { GalleryStore } from './stores/gallery';
import { Store } from './stores/store';

/** What the views of pictures share. */
export const api = new ViewsApi(app.api);
export const gallery = new GalleryStore(api, (failure) => app.fail(failure));
/** The pictures chosen to be compared, at most two. */
export const chosen = new Store<readonly string[]>([]);

/** Chooses a picture for comparison, or takes it back; a third takes the place of the second. */
export function choose(id: string): void {
  const now = chosen.value;
  chosen.value = now.includes(id) ? now.filter((one) => one !== id) : [...now.slice(0, 1), id];
}
