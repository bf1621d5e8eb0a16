import { app } from '../app';
import { ApiFailure } from '../api/client';
import type { Problem } from '../api/types';
import { DocumentError, readDocument, type WorkflowDocument } from '../core/document';
import { writeJson } from '../core/json';

/** A stored version as a document; nothing, with a word about it, when it cannot be had. */
async function read(id: string, version?: number): Promise<{ document: WorkflowDocument; etag: string } | undefined> {
  try {
    const { definition, etag } = await app.api.workflow(id, version);
    return { document: readDocument(definition), etag };
  } catch (failure) {
    if (failure instanceof DocumentError) app.warn('failure.file', { reason: app.t(failure.code, { place: failure.place }) });
    else app.fail(failure);
    return undefined;
  }
}

/** Opens an earlier version as a workflow of its own, to look at it or to go on from there. */
export async function openVersion({ workflow_id, version, name }: { workflow_id: string; version: number; name: string }): Promise<void> {
  if (!app.mayReplace()) return;
  const found = await read(workflow_id, version);
  if (!found) return;
  const title = app.t('versions.copyName', { name, version });
  app.editor.open({ ...found.document, name: title }, { dirty: true });
  app.say('say.opened', { name: title });
}

/** Brings an earlier version back as the workflow that is open. One step back undoes it; saving makes it the newest version. */
export async function restoreVersion(version: number): Promise<void> {
  const { stored, opened } = app.editor.value;
  const found = stored && (await read(stored.id, version));
  if (!found || app.editor.value.opened !== opened) return;
  app.editor.replace(found.document);
  app.warn('versions.restored', { version }, false);
}

/** Goes back to what is stored. One step back undoes it. */
export async function revert(): Promise<void> {
  const { stored, opened } = app.editor.value;
  const found = stored && (await read(stored.id));
  if (!stored || !found || app.editor.value.opened !== opened) return;
  app.editor.replace(found.document, true);
  app.editor.update({ stored: { id: stored.id, etag: found.etag } });
  app.warn('versions.reverted', {}, false);
}

/** Writes the workflow as ComfyUI's editor saves it or as its server takes it, and shows what could not be carried over. */
export async function exportComfy(format: 'comfy-ui' | 'comfy-api'): Promise<void> {
  try {
    const { file, problems } = await app.api.export(app.editor.definition(), format);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([writeJson(file, 2)], { type: 'application/json' }));
    link.download = `${app.editor.value.root.name || 'workflow'}.${format === 'comfy-api' ? 'comfyui-api' : 'comfyui'}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    exported(problems);
  } catch (failure) {
    if (failure instanceof ApiFailure && failure.problems.length > 0) exported(failure.problems);
    app.fail(failure);
  }
}

function exported(items: readonly Problem[]): void {
  app.view.update({ exported: items });
  if (items.length === 0) app.warn('export.clean', {}, false);
  else app.warn('export.report', { count: items.length }, false);
}
