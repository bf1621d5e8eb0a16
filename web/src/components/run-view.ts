import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { artifactHash } from '../routes';
import { isOver, type RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import './progress-stream';
import './run-timeline';

/** One run: how far it is, what it made, and what its nodes did when. */
export class RunView extends VtxElement {
  static override properties = { runId: { attribute: false }, searching: { state: true } };
  declare runId: string | undefined;
  declare searching: boolean;
  #asked: string | undefined;

  protected override stores(): Store<any>[] {
    return [app.runs];
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
  }

  protected override render(): TemplateResult {
    const run = this.runId ? app.runs.get(this.runId) : undefined;
    if (!this.runId) return html`<p class="hint">${app.t('runview.none')}</p>`;
    if (!run) return html`<p class="hint">${app.t(app.runs.value.loaded && !this.searching ? 'runs.unknown' : 'runs.loading')}</p>`;
    return html`
      <vtx-progress-stream .run=${run}></vtx-progress-stream>
      <h2>${app.t('runview.gallery')}</h2>${this.#gallery(run)}
      <vtx-run-timeline .run=${run}></vtx-run-timeline>`;
  }

  #gallery(run: RunState): TemplateResult {
    if (run.artifacts.length === 0) return html`<p class="hint">${app.t(isOver(run.status) ? 'runview.noResults' : 'runview.noArtifacts')}</p>`;
    return html`<ul class="gallery">${run.artifacts.map((one) => html`<li><a href=${artifactHash(one.artifact_id)}>
      ${one.media_type.startsWith('image/') ? html`<img src=${app.api.artifactUrl(one, 512)} alt="" loading="lazy" decoding="async" width=${one.width ?? nothing} height=${one.height ?? nothing}>` : nothing}<span>${one.name}</span></a></li>`)}</ul>`;
  }
}

customElements.define('vtx-run-view', RunView);
