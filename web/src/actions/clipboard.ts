import { app } from '../app';
import { removeSelected } from '../stores/annotations';

// Browsers give the system's clipboard only to pages served safely; what was copied here is always at hand.
let copied = '';

export async function paste(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => copied);
  const count = app.editor.paste(text || copied) || app.editor.paste(copied);
  if (count > 0) app.say('say.pasted', { count });
  else app.warn('say.pasteNone');
}

/** @returns whether there was something to copy */
export function copySelection(): boolean {
  const text = app.editor.copy();
  if (text === undefined) return false;
  copied = text;
  void navigator.clipboard?.writeText(text).catch(() => undefined);
  app.say('say.copied', { count: app.editor.targets().length + app.editor.noteTargets().length });
  return true;
}

export function duplicate(): void {
  const text = app.editor.copy();
  if (text !== undefined) app.editor.paste(text);
}

export function remove(): void {
  const count = removeSelected(app.editor);
  if (count > 0) app.say('say.deleted', { count });
}

export function undo(): void {
  if (!app.editor.undo()) app.say('say.nothingToUndo');
}

export function redo(): void {
  if (!app.editor.redo()) app.say('say.nothingToRedo');
}
