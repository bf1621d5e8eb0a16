import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ApiFailure } from '../api/client';
import type { GalleryItem, Lineage } from '../api/views';
import { app } from '../app';
import { openRun, runAgain } from '../actions/pictures';
import { facts } from '../core/lineage';
import { bytes, when } from '../format';
import { compareHash } from '../routes';
import type { Store } from '../stores/store';
import { api, chosen } from '../views';
import { isPicture } from './artifact-tile';
import { VtxElement } from './base';
import { icon } from './icons';
import './lineage-graph';

/** One artifact: what it looks like, what it is, how it was made, and the way back to what made it. */
export class ArtifactDetail extends VtxElement {
  static override properties = { artifactId: { attribute: false }, artifact: { state: true }, lineage: { state: true }, problem: { state: true }, lineageProblem: { state: true }, gone: { state: true }, busy: { state: true } };
  declare artifactId: string;
  declare artifact: GalleryItem | undefined;
  declare lineage: Lineage | undefined;
  declare problem: string | undefined;
  declare lineageProblem: string | undefined;
  declare gone: boolean;
  declare busy: boolean;

  protected override stores(): Store<any>[] {
    return [app.editor, chosen];
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('artifactId')) void this.#load(this.artifactId);
  }

  async #load(id: string): Promise<void> {
    [this.artifact, this.lineage, this.problem, this.lineageProblem, this.gone, this.busy] = [undefined, undefined, undefined, undefined, false, false];
    try {
      const artifact = await api.artifact(id);
      if (id === this.artifactId) this.artifact = artifact;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      if (id === this.artifactId) this.problem = failure.message || app.t('failure.offline');
      return;
    }
    try {
      const lineage = await api.lineage(id);
      if (id === this.artifactId) this.lineage = lineage;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      if (id === this.artifactId) this.lineageProblem = failure.message || app.t('failure.offline');
    }
  }

  protected override render(): TemplateResult {
    const back = html`<p><a href="#/gallery">← ${app.t('detail.back')}</a></p>`;
    if (this.problem !== undefined) return html`${back}<h1>${app.t('detail.title')}</h1><p class="wrong" role="alert">${this.problem}</p>`;
    const { artifact } = this;
    if (!artifact) return html`${back}<h1>${app.t('detail.title')}</h1><p class="hint">${app.t('runs.loading')}</p>`;
    return html`${back}<h1 class="detail-name">${artifact.name}</h1>
      <div class="detail">
        <div class="detail-picture">${this.#picture(artifact)}</div>
        <div class="detail-about">${this.#actions(artifact)}${this.#facts(artifact)}</div>
      </div>
      <h2>${app.t('lineage.title')}</h2>
      ${this.lineage ? html`<vtx-lineage-graph .lineage=${this.lineage}></vtx-lineage-graph>` : html`<p class="hint">${this.lineageProblem ?? app.t('runs.loading')}</p>`}`;
  }

  #picture(artifact: GalleryItem): TemplateResult {
    const url = api.url(artifact);
    if (this.gone) return html`<p class="hint">${app.t('detail.gone')}</p>`;
    if (isPicture(artifact)) return html`<a href=${url} target="_blank" rel="noopener"><img src=${url} alt=${app.t('detail.alt', { name: artifact.name })} width=${artifact.width ?? nothing} height=${artifact.height ?? nothing} @error=${() => (this.gone = true)}></a>`;
    if (artifact.media_type.startsWith('video/')) return html`<video src=${url} controls @error=${() => (this.gone = true)}></video>`;
    if (artifact.media_type.startsWith('audio/')) return html`<audio src=${url} controls @error=${() => (this.gone = true)}></audio>`;
    return html`<p class="hint">${app.t('detail.noPicture')}</p>`;
  }

  #actions(artifact: GalleryItem): TemplateResult {
    const act = (what: () => Promise<unknown>) => async (): Promise<void> => {
      this.busy = true;
      await what();
      this.busy = false;
    };
    const other = chosen.value.find((id) => id !== artifact.artifact_id);
    return html`<div class="detail-actions">
      <button class="primary" ?disabled=${this.busy} @click=${act(() => openRun(artifact.run_id))}>${icon('editor')}${app.t('detail.open')}</button>
      <button ?disabled=${this.busy} @click=${act(() => runAgain(artifact.run_id))}>${icon('play')}${app.t('detail.again')}</button>
      <a class="button" href=${api.url(artifact) + '?download=1'} download>${icon('download')}${app.t('detail.download')}</a>
      <button @click=${() => void this.#copy()}>${icon('link')}${app.t('detail.copyLink')}</button>
      ${!isPicture(artifact) ? nothing : other
        ? html`<a class="button" href=${compareHash(other, artifact.artifact_id)}>${icon('compare')}${app.t('detail.compare')}</a>`
        : html`<button aria-pressed=${chosen.value.includes(artifact.artifact_id)} @click=${() => this.#choose(artifact)}>${icon('compare')}${app.t('detail.compareLater')}</button>`}
    </div>`;
  }

  #choose(artifact: GalleryItem): void {
    const chose = !chosen.value.includes(artifact.artifact_id);
    chosen.value = chose ? [artifact.artifact_id] : [];
    if (chose) app.warn('detail.compareHow', {}, false);
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      app.warn('detail.copied', {}, false);
    } catch {
      app.warn('detail.copyFailed'); // forbidden, or a page without a secure origin
    }
  }

  #facts(artifact: GalleryItem): TemplateResult {
    const { language } = app.settings.value;
    const known = this.lineage ? facts(this.lineage, app.editor.value.catalog) : undefined;
    const row = (label: Parameters<typeof app.t>[0], value: unknown): TemplateResult | typeof nothing => (value === undefined || value === '' ? nothing : html`<div><dt>${app.t(label)}</dt><dd>${value}</dd></div>`);
    const name = this.lineage?.workflow_name;
    return html`<dl class="facts">
      ${known?.prompts.map((text) => row('detail.prompt', html`<span class="prompt">${text}</span>`))}
      ${known && known.seeds.length > 0 ? row('detail.seed', html`<span class="mono">${known.seeds.join(', ')}</span>`) : nothing}
      ${known?.models.map((model) => row('detail.model', html`${model.name} <span class="quiet">${model.folder}</span>`))}
      ${row('detail.workflow', this.lineage ? `${name || app.t('top.untitled')}${this.lineage.workflow_version === null ? '' : `, ${app.t('workflows.version', { version: this.lineage.workflow_version })}`}` : undefined)}
      ${row('detail.made', `${when(language, artifact.created_at)}${artifact.cached ? ` (${app.t('state.cached')})` : ''}`)}
      ${row('detail.size', artifact.width && artifact.height ? `${artifact.width} × ${artifact.height}, ${bytes(language, artifact.size)}` : bytes(language, artifact.size))}
      ${row('detail.type', artifact.media_type)}
      ${row('detail.run', html`<a class="mono" href="#/runs/${artifact.run_id}">${artifact.run_id}</a>`)}
      ${row('detail.node', artifact.node_id)}
      ${row('detail.digest', html`<span class="mono">${artifact.digest}</span>`)}
    </dl>`;
  }
}

customElements.define('vtx-artifact-detail', ArtifactDetail);
