import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { locate } from '../core/levels';
import { duration } from '../i18n';
import { artifactHash } from '../routes';
import { isOver, type NodeState, type RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { styled, VtxElement } from './base';
import { icon } from './icons';
import { stateText } from './node-card';

/** One run: how far it is, what its nodes did when, and what it made. */
export class RunView extends VtxElement {
  static override properties = { runId: { attribute: false }, searching: { state: true } };
  declare runId: string | undefined;
  declare searching: boolean;
  #asked: string | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  protected override stores(): Store<any>[] {
    return [app.runs, app.editor, app.runNames];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  async #find(id: string): Promise<void> {
    this.searching = true;
    try {
      await app.runs.find(id);
    } catch (failure) {
      app.fail(failure);
    } finally {
      this.searching = false;
    }
  }

  protected override updated(): void {
    // A run of before is read from its log once somebody looks at it.
    if (this.runId && this.#asked !== this.runId && app.runs.value.loaded) {
      this.#asked = this.runId;
      void this.#find(this.runId);
    }
    const run = this.runId ? app.runs.get(this.runId) : undefined;
    const ticking = run?.status === 'running';
    if (ticking && this.#clock === undefined) this.#clock = setInterval(() => this.requestUpdate(), 500);
    if (!ticking && this.#clock !== undefined) {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
  }

  protected override render(): TemplateResult {
    const run = this.runId ? app.runs.get(this.runId) : undefined;
    if (!this.runId) return html`<p class="hint">${app.t('runview.none')}</p>`;
    if (!run) return html`<p class="hint">${app.t(app.runs.value.loaded && !this.searching ? 'runs.unknown' : 'runs.loading')}</p>`;
    const states = [...run.nodes.values()];
    const done = states.filter((node) => node.status === 'succeeded' || node.status === 'cached').length;
    const cached = states.filter((node) => node.status === 'cached').length;
    const planned = run.summary?.nodes ?? Math.max(run.planned, states.length);
    return html`
      <div class="run-head">
        <span class="state state-${run.status}">${icon(run.status)}<strong>${app.t(`run.${run.status}`)}</strong></span>
        ${run.started !== undefined && run.ended !== undefined ? html`<span class="quiet">${app.t('runview.took', { time: this.#time(run.ended - run.started) })}</span>` : nothing}
        ${isOver(run.status) ? nothing : html`<button class="small" ?disabled=${run.cancelRequested} @click=${() => void app.cancel(run.id)}>${icon('stop')}${app.t(run.cancelRequested ? 'top.canceling' : 'top.cancel')}</button>`}
      </div>
      ${app.runs.value.connected || isOver(run.status) ? nothing : html`<p class="wrong" role="status">${app.t('runview.reconnecting')}</p>`}
      <p class="run-progress"><progress max=${Math.max(1, planned)} value=${done} aria-label=${app.t('runview.progress', { done, planned })}></progress>
        <span>${app.t('runview.progress', { done, planned })}${cached > 0 ? html`, ${app.t('runview.cached', { count: cached })}` : nothing}</span></p>
      ${(run.summary?.problems ?? []).map((problem) => html`<p class="wrong">${problem.node ? html`<strong>${this.#name(problem.node)}:</strong> ` : nothing}${problem.message}</p>`)}
      ${this.#preview(run)}
      <h2>${app.t('runview.gallery')}</h2>${this.#gallery(run)}
      ${states.length > 0 ? html`<h2>${app.t('runview.timeline')}</h2>${this.#timeline(run)}` : nothing}`;
  }

  #time = (milliseconds: number): string => duration(app.settings.value.language, milliseconds);

  #name(id: string): string {
    const { runs, root } = app.editor.value;
    if (this.runId === undefined) return id;
    if (runs.includes(this.runId) && locate(root, id)) return app.placeName(root, id);
    const ran = app.runNames.document(this.runId);
    return ran ? app.placeName(ran, id) : id;
  }

  #preview(run: RunState): TemplateResult | typeof nothing {
    const busy = [...run.nodes].find(([, node]) => node.status === 'running' && node.preview);
    return busy ? html`<img class="step-preview" src=${busy[1].preview!} alt=${app.t('runview.preview', { node: this.#name(busy[0]) })}>` : nothing;
  }

  #gallery(run: RunState): TemplateResult {
    if (run.artifacts.length === 0) return html`<p class="hint">${app.t(isOver(run.status) ? 'runview.noResults' : 'runview.noArtifacts')}</p>`;
    return html`<ul class="gallery">${run.artifacts.map((one) => html`<li><a href=${artifactHash(one.artifact_id)}>
      ${one.media_type.startsWith('image/') ? html`<img src=${app.api.url(`${one.url}?width=512`)} alt="" loading="lazy" decoding="async" width=${one.width ?? nothing} height=${one.height ?? nothing}>` : nothing}<span>${one.name}</span></a></li>`)}</ul>`;
  }

  #timeline(run: RunState): TemplateResult {
    const start = run.started ?? run.queued;
    const end = Math.max(run.ended ?? Date.now(), start + 1);
    const percent = (time: number): string => `${Math.max(0, Math.min(100, ((time - start) / (end - start)) * 100))}%`;
    const bar = (node: NodeState): TemplateResult | typeof nothing =>
      node.started === undefined ? nothing : html`<span class="span span-${node.status}" ${styled({ left: percent(node.started), right: `calc(100% - ${percent(node.ended ?? end)})` })}></span>`;
    const mine = app.editor.value.runId === run.id;
    return html`<ol class="timeline">${[...run.nodes].map(([id, node]) => html`<li>
      ${mine && locate(app.editor.value.root, id)?.path ? html`<button class="link" aria-label=${app.t('runview.openNode', { node: this.#name(id) })} @click=${() => this.dispatchEvent(new CustomEvent('vtx-jump', { detail: id, bubbles: true }))}>${this.#name(id)}</button>` : html`<span>${this.#name(id)}</span>`}
      <span class="state state-${node.status}">${icon(node.status)}${stateText(node)}</span>
      <span class="track" aria-hidden="true">${bar(node)}</span>
      ${node.problem ? html`<p class="wrong">${node.problem.message}</p>` : nothing}
    </li>`)}</ol>`;
  }
}

customElements.define('vtx-run-view', RunView);
