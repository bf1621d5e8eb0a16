import { app } from '../app';
import { locate } from '../core/levels';

/** A node of a run as people call it: in the workflow that is open if it started there, or in what was kept with the run. What was drawn since may lack it. */
export function runNodeName(run: string, id: string): string {
  const { runs, root } = app.editor.value;
  const document = runs.includes(run) && locate(root, id) ? root : app.runNames.document(run);
  return document ? app.placeName(document, id) : id;
}
