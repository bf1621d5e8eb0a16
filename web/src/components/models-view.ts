import { html, nothing, type TemplateResult } from 'lit';
import { ApiFailure } from '../api/client';
import type { Model } from '../api/operate';
import { app } from '../app';
import { missingModels, namedModels } from '../core/models';
import { bytes } from '../format';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import { operate } from './polled';

/** The models there are, by folder, and those that the open workflow names and the server lacks. */
export class ModelsView extends VtxElement {
  static override properties = { models: { state: true }, folders: { state: true }, words: { state: true }, problem: { state: true } };
  declare models: readonly Model[] | undefined;
  declare folders: readonly string[];
  declare words: string;
  declare problem: string | undefined;

  constructor() {
    super();
    this.folders = [];
    this.words = '';
  }

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      ({ models: this.models, folders: this.folders } = await operate.models());
      this.problem = undefined;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      this.problem = failure.message || app.t('failure.offline');
    }
  }

  protected override render(): TemplateResult {
    const words = this.words.toLowerCase();
    const found = (this.models ?? []).filter((model) => `${model.folder}/${model.name}`.toLowerCase().includes(words));
    const folders = this.folders.filter((folder) => found.some((model) => model.folder === folder));
    return html`<div class="operate-head"><h1>${app.t('operate.models')}</h1><button @click=${() => void this.#read()}>${app.t('models.again')}</button></div>
      ${this.problem ? html`<p class="wrong" role="status">${this.problem}</p>` : nothing}
      ${this.models === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : this.#all(found, folders)}`;
  }

  #all(found: readonly Model[], folders: readonly string[]): TemplateResult {
    return html`${this.#missing()}
      ${this.models!.length === 0 ? html`<p class="hint">${app.t('models.none')}</p>` : html`
        <label class="models-search"><span>${app.t('models.search')}</span><input type="text" .value=${this.words} @input=${(event: Event) => (this.words = (event.target as HTMLInputElement).value)}></label>
        <p class="quiet" role="status">${found.length === 0 ? app.t('models.noneFit') : app.t('models.count', { count: found.length })}</p>
        ${folders.map((folder) => html`<h2>${folder}</h2><ul class="models">${found.filter((model) => model.folder === folder).map((model) => html`<li><span class="model-name">${model.name}</span><span class="quiet">${model.size === undefined || model.size === null ? '' : bytes(app.settings.value.language, model.size)}</span><span class="mono quiet" title=${model.digest ?? nothing}>${model.digest ? model.digest.slice(0, 12) : app.t('models.unread')}</span></li>`)}</ul>`)}`}`;
  }

  #missing(): TemplateResult | typeof nothing {
    const { root, catalog } = app.editor.value;
    const missing = missingModels([root, ...root.subgraphs.values()].flatMap((graph) => namedModels(catalog, graph)), this.models!);
    if (missing.length === 0) return nothing;
    return html`<section class="banner bad" aria-label=${app.t('models.missing')}><h2>${icon('problem')}${app.t('models.missing')}</h2><ul>${missing.map((model) => html`<li><strong>${model.name}</strong> <span class="quiet">${app.t('models.wanted', { folder: model.folder, node: app.nodeName(model.node) })}</span></li>`)}</ul></section>`;
  }
}

customElements.define('vtx-models-view', ModelsView);
