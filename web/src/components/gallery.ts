import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { app } from '../app';
import type { GalleryFilter, GalleryItem } from '../api/views';
import type { RunStatus, WorkflowSummary } from '../api/types';
import { when } from '../format';
import { artifactHash, compareHash, galleryHash } from '../routes';
import type { Store } from '../stores/store';
import { choose, chosen, gallery } from '../views';
import { isPicture, thumbnail } from './artifact-tile';
import { VtxElement } from './base';
import { icon } from './icons';

const STATUSES: readonly RunStatus[] = ['succeeded', 'failed', 'canceled', 'running', 'queued'];
const MEDIA = ['image', 'video', 'audio', 'text', 'application'] as const;
const KINDS = ['output', 'preview', 'input'] as const;

/** All artifacts of the workspace, narrowed by what the address says. One tile is a stop of the Tab key; arrow keys go from tile to tile. */
export class ArtifactGallery extends VtxElement {
  static override properties = { filter: { attribute: false, hasChanged: (now: GalleryFilter, before: GalleryFilter | undefined) => JSON.stringify(now) !== JSON.stringify(before) }, workflows: { state: true }, active: { state: true } };
  declare filter: GalleryFilter;
  declare workflows: readonly WorkflowSummary[];
  declare active: string | undefined;
  #results = -1;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.filter = {};
    this.workflows = [];
  }

  protected override stores(): Store<any>[] {
    return [gallery, chosen];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void app.api.workflows().then((items) => (this.workflows = items), () => undefined); // the filter stays short without them
    this.#results = results();
    // What runs make while the gallery is open comes to its front.
    this.#stop = app.runs.subscribe(() => {
      if (results() === this.#results) return;
      this.#results = results();
      void gallery.refresh();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('filter')) void gallery.choose(this.filter);
  }

  protected override render(): TemplateResult {
    const { items, state, more } = gallery.value;
    const narrowed = Object.keys(this.filter).length > 0;
    return html`<div class="gallery-head"><h1>${app.t('gallery.title')}</h1>${this.#comparing(items)}</div>
      ${this.#filters()}
      ${state === 'failed' && items.length === 0 ? html`<p class="hint">${app.t('gallery.failed')}</p>` : nothing}
      ${state === 'ready' && items.length === 0
        ? html`<div class="gallery-empty"><h2>${app.t(narrowed ? 'gallery.noneFit' : 'gallery.none')}</h2><p class="quiet">${app.t(narrowed ? 'gallery.noneFitText' : 'gallery.noneText')}</p>
            ${narrowed ? html`<a class="button" href="#/gallery">${app.t('gallery.clear')}</a>` : html`<a class="button" href="#/">${app.t('gallery.toEditor')}</a>`}</div>`
        : nothing}
      ${items.length > 0 ? html`<p class="quiet gallery-hint">${app.t('gallery.hint')}</p>` : nothing}
      <ul class="tiles" aria-label=${app.t('gallery.title')} @keydown=${this.#key}>${repeat(items, (item) => item.artifact_id, (item) => this.#tile(item, items))}</ul>
      <p class="gallery-foot" role="status">${state === 'loading' ? app.t('runs.loading') : items.length > 0 ? app.t(more ? 'gallery.shown' : 'gallery.shownAll', { count: items.length }) : ''}</p>
      ${more ? html`<button class="gallery-more" ?disabled=${state === 'loading'} @click=${() => void gallery.more()}>${app.t('gallery.more')}</button>` : nothing}`;
  }

  #tile(item: GalleryItem, items: readonly GalleryItem[]): TemplateResult {
    const active = (this.active !== undefined && items.some((one) => one.artifact_id === this.active) ? this.active : items[0]!.artifact_id) === item.artifact_id;
    const where = item.workflow_name || app.t('top.untitled');
    return html`<li class="tile" data-artifact=${item.artifact_id} @focusin=${() => (this.active = item.artifact_id)}>
      <a href=${artifactHash(item.artifact_id)} tabindex=${active ? 0 : -1}>
        <span class="tile-picture">${thumbnail(item)}</span>
        <span class="tile-name">${item.name}</span><span class="quiet tile-about">${where}</span><span class="quiet tile-about">${when(app.settings.value.language, item.created_at)}</span>
      </a>
      ${isPicture(item) ? html`<label class="tile-choose"><input type="checkbox" tabindex=${active ? 0 : -1} .checked=${chosen.value.includes(item.artifact_id)} @change=${() => choose(item.artifact_id)}><span class="out-of-sight">${app.t('gallery.choose', { name: item.name })}</span></label>` : nothing}
    </li>`;
  }

  #comparing(items: readonly GalleryItem[]): TemplateResult | typeof nothing {
    const ids = chosen.value;
    if (ids.length === 0) return nothing;
    const name = (id: string): string => items.find((item) => item.artifact_id === id)?.name ?? id;
    return html`<div class="gallery-compare"><span role="status">${ids.length === 1 ? app.t('gallery.chosenOne', { name: name(ids[0]!) }) : app.t('gallery.chosenTwo', { first: name(ids[0]!), second: name(ids[1]!) })}</span>
      ${ids.length === 2 ? html`<a class="button primary" href=${compareHash(ids[0]!, ids[1]!)}>${icon('compare')}${app.t('gallery.compare')}</a>` : nothing}
      <button @click=${() => (chosen.value = [])}>${app.t('gallery.unchoose')}</button></div>`;
  }

  #filters(): TemplateResult {
    const { filter } = this;
    const put = (name: keyof GalleryFilter) => (event: Event): void => {
      const value = (event.target as HTMLInputElement).value.trim();
      const { [name]: _, ...others } = filter;
      // In place of the address that is there: going back leaves the gallery, and does not undo filters one by one.
      location.replace(galleryHash(value === '' ? others : { ...others, [name]: value }));
    };
    const select = (name: keyof GalleryFilter, label: Parameters<typeof app.t>[0], choices: readonly (readonly [value: string, text: string])[]): TemplateResult => html`<label><span>${app.t(label)}</span>
      <select @change=${put(name)}><option value="" ?selected=${!filter[name]}>${app.t('gallery.any')}</option>
        ${filter[name] && !choices.some(([value]) => value === filter[name]) ? html`<option value=${filter[name]!} selected>${filter[name]}</option>` : nothing}
        ${choices.map(([value, text]) => html`<option value=${value} ?selected=${filter[name] === value}>${text}</option>`)}</select></label>`;
    return html`<form class="gallery-filters" aria-label=${app.t('gallery.filters')} @submit=${(event: Event) => event.preventDefault()}>
      ${select('media', 'gallery.media', MEDIA.map((one) => [one, app.t(`gallery.media.${one}`)]))}
      ${select('kind', 'gallery.kind', KINDS.map((one) => [one, app.t(`gallery.kind.${one}`)]))}
      ${select('workflow', 'gallery.workflow', this.workflows.map((one) => [one.workflow_id, one.name]))}
      ${select('status', 'gallery.status', STATUSES.map((one) => [one, app.t(`run.${one}`)]))}
      <label><span>${app.t('gallery.tag')}</span><input type="text" maxlength="64" .value=${filter.tag ?? ''} @change=${put('tag')}></label>
      <label><span>${app.t('gallery.from')}</span><input type="date" .value=${filter.from ?? ''} max=${filter.until ?? nothing} @change=${put('from')}></label>
      <label><span>${app.t('gallery.until')}</span><input type="date" .value=${filter.until ?? ''} min=${filter.from ?? nothing} @change=${put('until')}></label>
      ${Object.keys(filter).length > 0 ? html`<a class="button" href="#/gallery">${app.t('gallery.clear')}</a>` : nothing}
    </form>`;
  }

  #key = (event: KeyboardEvent): void => {
    const tiles = [...this.querySelectorAll<HTMLElement>('.tile')];
    const tile = (event.target as Element).closest<HTMLElement>('.tile');
    const at = tile ? tiles.indexOf(tile) : -1;
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ' && event.target instanceof HTMLAnchorElement) {
      event.preventDefault();
      const box = tile!.querySelector<HTMLInputElement>('input');
      if (box) choose(tile!.dataset.artifact!);
      return;
    }
    // As many columns as the first row has.
    const columns = Math.max(1, tiles.findIndex((one) => one.offsetTop > tiles[0]!.offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: tiles.length - 1 - at }[event.key];
    const next = step === undefined ? undefined : tiles[at + step];
    if (step === undefined) return;
    event.preventDefault();
    next?.querySelector('a')?.focus();
  };
}

const results = (): number => app.runs.value.all.reduce((sum, run) => sum + run.artifacts.length, 0);

customElements.define('vtx-artifact-gallery', ArtifactGallery);
