import { app } from '../app';
import { placesOf } from '../core/levels';

/** What the targets stand for in a run; nothing, with a word about it, where they do not run. */
function places(ids: readonly string[]): string[] | undefined {
  const { root, path } = app.editor.value;
  const found = ids.flatMap((id) => placesOf(root, path, id));
  if (found.length > 0) return found;
  app.warn('runs.notRun');
  return undefined;
}

/** Runs what the nodes need, and nothing else. */
export async function runTo(ids = app.editor.targets()): Promise<void> {
  const outputs = places(ids);
  if (outputs) await app.run({ outputs });
}

/** Computes the nodes and everything after them anew; what leads to them comes from earlier results. */
export async function runFrom(ids = app.editor.targets()): Promise<void> {
  const refresh = places(ids);
  if (refresh) await app.run({ refresh });
}
