import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import type { WorkflowSummary } from '../api/types';
import { isOver } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import './run-view';

const when = (time: number): string => new Intl.DateTimeFormat(app.settings.value.language, { dateStyle: 'medium', timeStyle: 'medium' }).format(time);

/** All runs, or one of them. */
export class RunsView extends VtxElement {
  static override properties = { runId: { attribute: false } };
  declare runId: string | undefined;

  protected override stores(): Store<any>[] {
    return [app.runs];
  }

  protected override render(): TemplateResult {
    const { all, loaded } = app.runs.value;
    if (this.runId) {
      const run = app.runs.get(this.runId);
      return html`<p><a href="#/runs">← ${app.t('runs.back')}</a></p><h1>${run?.name || this.runId}</h1><p class="quiet mono">${this.runId}</p><vtx-run-view .runId=${this.runId}></vtx-run-view>`;
    }
    return html`<h1>${app.t('runs.title')}</h1>
      ${all.length === 0 ? html`<p class="hint">${app.t(loaded ? 'runs.none' : 'runs.loading')}</p>` : nothing}
      <ul class="cards">${all.map((run) => html`<li><a href="#/runs/${run.id}"><strong>${run.name || run.id}</strong><span class="state state-${run.status}">${icon(run.status)}${app.t(`run.${run.status}`)}</span><span class="quiet">${run.queued ? when(run.queued) : ''}</span></a>
        ${isOver(run.status) ? nothing : html`<button class="small" ?disabled=${run.cancelRequested} @click=${() => void app.cancel(run.id)}>${icon('stop')}${app.t(run.cancelRequested ? 'top.canceling' : 'top.cancel')}</button>`}</li>`)}</ul>`;
  }
}

/** The stored workflows. */
export class WorkflowsView extends VtxElement {
  static override properties = { items: { state: true } };
  declare items: readonly WorkflowSummary[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void app.api.workflows().then((items) => (this.items = items), (failure: unknown) => app.fail(failure));
  }

  protected override render(): TemplateResult {
    return html`<h1>${app.t('workflows.title')}</h1>
      ${this.items === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : this.items.length === 0 ? html`<p class="hint">${app.t('workflows.none')}</p>` : nothing}
      <ul class="cards">${(this.items ?? []).map((one) => html`<li><button class="entry" @click=${() => void this.#open(one.workflow_id)}><strong>${one.name}</strong><span class="quiet">${app.t('workflows.version', { version: one.version })}</span><span class="quiet">${when(Date.parse(one.updated_at))}</span></button></li>`)}</ul>`;
  }

  async #open(id: string): Promise<void> {
    if (await app.openStored(id)) location.hash = '#/';
  }
}

customElements.define('vtx-runs-view', RunsView);
customElements.define('vtx-workflows-view', WorkflowsView);
