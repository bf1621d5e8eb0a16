import { html, type PropertyValues, type TemplateResult } from 'lit';
import { ApiFailure } from '../api/client';
import type { GalleryItem, Lineage } from '../api/views';
import { app } from '../app';
import { writeJson, type Json } from '../core/json';
import { compareLineages, type LineageChange } from '../core/lineage';
import { difference, drawDifference, type Difference, type Pixels } from '../core/pixels';
import { artifactHash } from '../routes';
import type { Store } from '../stores/store';
import { api } from '../views';
import { styled, VtxElement } from './base';

const MODES = ['side', 'slider', 'overlay', 'difference'] as const;
type Mode = (typeof MODES)[number];
const GAINS = [1, 2, 4, 8, 16, 32, 64] as const;
const SHOWN = 120;

/** Two pictures: beside each other, one over the other, where they differ, and how their makings differ. */
export class CompareView extends VtxElement {
  static override properties = {
    first: { attribute: false }, second: { attribute: false }, mode: { state: true }, at: { state: true }, gain: { state: true },
    artifacts: { state: true }, lineages: { state: true }, problem: { state: true }, found: { state: true }, unreadable: { state: true },
  };
  declare first: string;
  declare second: string;
  declare mode: Mode;
  /** Where the divider is, or how opaque the second picture: 0 to 100. */
  declare at: number;
  declare gain: number;
  declare artifacts: readonly [GalleryItem, GalleryItem] | undefined;
  declare lineages: readonly [Lineage, Lineage] | undefined;
  declare problem: string | undefined;
  declare found: Difference | undefined;
  declare unreadable: boolean;
  #pixels: readonly [Pixels, Pixels] | undefined;
  #turn = 0;

  constructor() {
    super();
    this.mode = 'side';
    this.at = 50;
    this.gain = 8;
    this.unreadable = false;
  }

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('first') || changed.has('second')) void this.#load();
  }

  async #load(): Promise<void> {
    const turn = ++this.#turn;
    [this.artifacts, this.lineages, this.problem, this.found, this.unreadable, this.#pixels] = [undefined, undefined, undefined, undefined, false, undefined];
    try {
      const artifacts = await Promise.all([api.artifact(this.first), api.artifact(this.second)]);
      if (turn !== this.#turn) return;
      this.artifacts = artifacts;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      if (turn === this.#turn) this.problem = failure.message || app.t('failure.offline');
      return;
    }
    const lineages = Promise.all([api.lineage(this.first), api.lineage(this.second)]).catch((failure: unknown) => {
      if (failure instanceof ApiFailure) return undefined; // the pictures can be compared all the same
      throw failure;
    });
    const pixels = Promise.all(this.artifacts.map((artifact) => read(api.url(artifact)))) as Promise<[Pixels, Pixels]>;
    const known = await lineages;
    if (turn === this.#turn) this.lineages = known;
    try {
      const read = await pixels;
      if (turn !== this.#turn) return;
      this.#pixels = read;
      this.found = difference(...read);
    } catch {
      if (turn === this.#turn) this.unreadable = true;
    }
  }

  protected override updated(): void {
    const canvas = this.querySelector<HTMLCanvasElement>('canvas.difference');
    if (!canvas || !this.#pixels || !this.found) return;
    const { width, height } = this.found;
    const key = `${this.#turn}/${this.gain}`;
    if (canvas.dataset.drawn === key) return;
    canvas.dataset.drawn = key;
    [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(width, height);
    drawDifference(...this.#pixels, this.gain, image);
    canvas.getContext('2d')!.putImageData(image, 0, 0);
  }

  protected override render(): TemplateResult {
    const head = html`<p><a href="#/gallery">← ${app.t('detail.back')}</a></p><h1>${app.t('compare.title')}</h1>`;
    if (this.problem !== undefined) return html`${head}<p class="wrong" role="alert">${this.problem}</p>`;
    if (!this.artifacts) return html`${head}<p class="hint">${app.t('runs.loading')}</p>`;
    const [first, second] = this.artifacts;
    return html`${head}
      <p class="compare-names"><a href=${artifactHash(first.artifact_id)}>1: ${first.name}</a> <a href=${artifactHash(second.artifact_id)}>2: ${second.name}</a></p>
      <fieldset class="segments"><legend class="out-of-sight">${app.t('compare.how')}</legend>${MODES.map((mode) => html`<label><input type="radio" name="compare-mode" value=${mode} .checked=${this.mode === mode} @change=${() => (this.mode = mode)}><span>${app.t(`compare.${mode}`)}</span></label>`)}</fieldset>
      <p class="compare-result" role="status">${this.#result(first, second)}</p>
      ${this.#stage(first, second)}
      <h2>${app.t('compare.made')}</h2>${this.#making()}`;
  }

  #result(first: GalleryItem, second: GalleryItem): string {
    if (this.unreadable) return app.t('compare.unreadable');
    if (!this.found || !this.#pixels) return app.t('compare.reading');
    const [a, b] = this.#pixels;
    const number = new Intl.NumberFormat(app.settings.value.language);
    const { differing, total, most } = this.found;
    const sizes = a.width === b.width && a.height === b.height ? '' : `${app.t('compare.sizes', { first: `${a.width} × ${a.height}`, second: `${b.width} × ${b.height}` })} `;
    if (differing === 0) return sizes + app.t(sizes ? 'compare.equalPart' : first.digest === second.digest ? 'compare.sameFile' : 'compare.equal');
    const percent = new Intl.NumberFormat(app.settings.value.language, { style: 'percent', maximumSignificantDigits: 3 }).format(differing / total);
    return sizes + app.t('compare.differ', { count: number.format(differing), total: number.format(total), percent, most });
  }

  #stage(first: GalleryItem, second: GalleryItem): TemplateResult {
    const image = (artifact: GalleryItem, number: 1 | 2): TemplateResult => html`<img src=${api.url(artifact)} alt=${app.t('compare.alt', { number, name: artifact.name })} draggable="false">`;
    const range = (label: Parameters<typeof app.t>[0]): TemplateResult => html`<label class="compare-range"><span>${app.t(label)}</span><input type="range" min="0" max="100" .value=${String(this.at)} @input=${(event: Event) => (this.at = Number((event.target as HTMLInputElement).value))}><output>${this.at} %</output></label>`;
    switch (this.mode) {
      case 'side':
        return html`<div class="compare-side"><figure>${image(first, 1)}<figcaption>1: ${first.name}</figcaption></figure><figure>${image(second, 2)}<figcaption>2: ${second.name}</figcaption></figure></div>`;
      case 'slider':
        return html`<div class="compare-stage" @pointerdown=${this.#drag} @pointermove=${this.#drag}>${image(first, 1)}<div class="compare-over" ${styled({ 'clip-path': `inset(0 0 0 ${this.at}%)` })}>${image(second, 2)}</div><span class="compare-line" aria-hidden="true" ${styled({ left: `${this.at}%` })}></span></div>${range('compare.divider')}`;
      case 'overlay':
        return html`<div class="compare-stage">${image(first, 1)}<div class="compare-over" ${styled({ opacity: String(this.at / 100) })}>${image(second, 2)}</div></div>${range('compare.opacity')}`;
      case 'difference':
        return html`<div class="compare-stage">${this.found ? html`<canvas class="difference" role="img" aria-label=${app.t('compare.differenceAlt')}></canvas>` : html`<p class="hint">${app.t(this.unreadable ? 'compare.unreadable' : 'compare.reading')}</p>`}</div>
          <label class="compare-range"><span>${app.t('compare.gain')}</span><input type="range" min="0" max=${GAINS.length - 1} .value=${String(GAINS.indexOf(this.gain as (typeof GAINS)[number]))} aria-valuetext="× ${this.gain}" @input=${(event: Event) => (this.gain = GAINS[Number((event.target as HTMLInputElement).value)]!)}><output>× ${this.gain}</output></label>`;
    }
  }

  #drag = (event: PointerEvent): void => {
    if (event.type === 'pointerdown') (event.currentTarget as Element).setPointerCapture(event.pointerId);
    else if (event.buttons === 0) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    this.at = Math.round(Math.max(0, Math.min(100, ((event.clientX - box.left) / box.width) * 100)));
  };

  #making(): TemplateResult {
    if (!this.lineages) return html`<p class="hint">${app.t('compare.unknown')}</p>`;
    const changes = compareLineages(...this.lineages);
    const [first, second] = this.lineages;
    const title = (lineage: Lineage): string => `${lineage.workflow_name || app.t('top.untitled')}${lineage.workflow_version === null ? '' : `, ${app.t('workflows.version', { version: lineage.workflow_version })}`}`;
    return html`<p class="quiet">1: ${title(first)} · 2: ${title(second)}</p>
      ${changes.length === 0 ? html`<p class="hint">${app.t('compare.madeAlike')}</p>` : html`<ul class="changes">${changes.map((change) => html`<li>${this.#change(change)}</li>`)}</ul>`}`;
  }

  #change(change: LineageChange): string {
    const node = `${app.editor.value.catalog.get(change.node.type)?.display_name ?? change.node.type} (${change.node.node_id})`;
    switch (change.kind) {
      case 'value':
        return app.t('compare.value', { node, input: change.input, before: shown(change.before), after: shown(change.after) });
      case 'file':
        return app.t('compare.value', { node, input: change.input, before: change.before, after: change.after });
      case 'link':
        return app.t('compare.link', { node, input: change.input });
      case 'only-first':
        return app.t('compare.onlyFirst', { node });
      case 'only-second':
        return app.t('compare.onlySecond', { node });
    }
  }
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? '–' : typeof value === 'string' ? `“${value}”` : writeJson(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The pixels of a picture as its file has them: no colour management. @throws what the browser throws for what it cannot read. */
async function read(url: string): Promise<Pixels> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  const bitmap = await createImageBitmap(await response.blob(), { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

customElements.define('vtx-compare-view', CompareView);
