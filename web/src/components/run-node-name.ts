import { app } from '../app';
import { locate } from '../core/levels';
import type { WorkflowDocument } from '../core/document';

/** The workflow that a run ran: the one that is open if it started there, or as it was kept with the run. Undefined while it is read, and where it is gone. */
export const documentOfRun = (run: string): WorkflowDocument | undefined => (app.editor.value.runs.includes(run) ? app.editor.value.root : app.runNames.document(run));

/** A node of a run as people call it. */
export function runNodeName(run: string, id: string): string {
  const open = documentOfRun(run);
  // What was drawn since the run started may lack some of its nodes.
  const document = open && locate(open, id) ? open : app.runNames.document(run);
  return document ? app.placeName(document, id) : id;
}
