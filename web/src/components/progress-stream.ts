import { html, nothing, type TemplateResult } from 'lit';
import type { Waits } from '../api/types';
import { app } from '../app';
import { waitsKey } from '../core/queue';
import { when } from '../format';
import { duration } from '../i18n';
import { isOver, type RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import { runNodeName } from './run-node-name';

/** How far a run is, as its events come in: state, nodes done, what is wrong, and what is being sampled. */
export class ProgressStream extends VtxElement {
  static override properties = { run: { attribute: false } };
  declare run: RunState | undefined;

  protected override stores(): Store<any>[] {
    return [app.editor, app.runNames, app.runs];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    if (!run) return nothing;
    const states = [...run.nodes.values()];
    const done = states.filter((node) => node.status === 'succeeded' || node.status === 'cached').length;
    const cached = states.filter((node) => node.status === 'cached').length;
    const planned = run.summary?.nodes ?? Math.max(run.planned, states.length);
    return html`
      <div class="run-head">
        <span class="state state-${run.status}">${icon(run.status)}<strong>${app.t(`run.${run.status}`)}</strong></span>
        ${run.started !== undefined && run.ended !== undefined ? html`<span class="quiet">${app.t('runview.took', { time: duration(app.settings.value.language, run.ended - run.started) })}</span>` : nothing}
        ${isOver(run.status) ? nothing : html`<button class="small" ?disabled=${run.cancelRequested} @click=${() => void app.cancel(run.id)}>${icon('stop')}${app.t(run.cancelRequested ? 'top.canceling' : 'top.cancel')}</button>`}
      </div>
      ${app.runs.value.connected || isOver(run.status) ? nothing : html`<p class="wrong" role="status">${app.t('runview.reconnecting')}</p>`}
      ${run.waits && !isOver(run.status) ? this.#waits(run.waits) : nothing}
      <p class="run-progress"><progress max=${Math.max(1, planned)} value=${done} aria-label=${app.t('runview.progress', { done, planned })}></progress>
        <span>${app.t('runview.progress', { done, planned })}${cached > 0 ? html`, ${app.t('runview.cached', { count: cached })}` : nothing}</span></p>
      ${(run.summary?.problems ?? []).map((problem) => html`<p class="wrong">${problem.node ? html`<strong>${runNodeName(run.id, problem.node)}:</strong> ` : nothing}${problem.message}</p>`)}
      ${this.#preview(run)}`;
  }

  /** Why nothing happens: a runner that is on its way, or none that could come. */
  #waits({ code, reason, since }: Waits): TemplateResult {
    const coming = code === 'capacity.starting';
    return html`<div class="banner waits" role="status">${icon(coming ? 'running' : 'problem')}<div><strong>${app.t(waitsKey(code))}</strong>
      ${since ? html`<span class="quiet">${app.t('wait.since', { time: when(app.settings.value.language, since) })}</span>` : nothing}
      <p>${reason}</p></div></div>`;
  }

  #preview(run: RunState): TemplateResult | typeof nothing {
    const busy = [...run.nodes].find(([, node]) => node.status === 'running' && node.preview);
    return busy ? html`<img class="step-preview" src=${busy[1].preview!} alt=${app.t('runview.preview', { node: runNodeName(run.id, busy[0]) })}>` : nothing;
  }
}

customElements.define('vtx-progress-stream', ProgressStream);
