import { ApiFailure } from '../api/client';
import { app } from '../app';
import { DocumentError, readDocument } from '../core/document';
import { withValues } from '../core/again';
import { api } from '../views';

/** Opens exactly what a run ran, with the values it was given, and shows the run on it. @returns whether it is open. */
export async function openRun(run: string): Promise<boolean> {
  try {
    const ran = await app.api.runDefinition(run);
    if (!app.mayReplace()) return false;
    const read = readDocument(withValues(ran.definition, ran.inputs, ran.options.seed, app.editor.value.catalog));
    app.editor.open(read, { runId: run });
    app.runs.follow(run);
    app.say('say.opened', { name: read.name || app.t('top.untitled') });
    location.hash = '#/';
    return true;
  } catch (failure) {
    if (failure instanceof DocumentError) app.warn('failure.file', { reason: app.t(failure.code, { place: failure.place }) });
    else app.fail(failure);
    return false;
  }
}

/** Starts the same run once more, opens what it runs and shows how it goes. */
export async function runAgain(run: string): Promise<void> {
  try {
    const id = await api.again(await app.api.runDefinition(run));
    app.runs.follow(id);
    app.say('say.started');
    if (await openRun(id)) app.view.update({ tab: 'run' });
    else location.hash = `#/runs/${id}`;
  } catch (failure) {
    if (failure instanceof ApiFailure && failure.problems.length > 0) app.warn('detail.refused', { first: failure.problems[0]!.message });
    else app.fail(failure);
  }
}
