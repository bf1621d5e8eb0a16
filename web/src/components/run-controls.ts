import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { isOver } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';

/** Runs the workflow that is open, and cancels the run that is shown. */
export class RunControls extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  protected override render(): TemplateResult {
    const run = app.currentRun();
    const running = run !== undefined && !isOver(run.status);
    return html`
      ${running ? html`<button class="run" ?disabled=${run.cancelRequested} @click=${() => void app.cancel()}>${icon('stop')}${app.t(run.cancelRequested ? 'top.canceling' : 'top.cancel')}</button>` : nothing}
      <button class="primary run" @click=${() => void app.run()}>${icon('play')}${app.t('top.run')}</button>`;
  }
}

customElements.define('vtx-run-controls', RunControls);
