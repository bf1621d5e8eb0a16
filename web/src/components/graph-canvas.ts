import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { performKey } from '../actions';
import { page, type PaletteRequest } from '../actions/page';
import { app } from '../app';
import { annotations } from '../core/annotations';
import { bounds, type Box, type Point } from '../core/geometry';
import type { LevelPath } from '../core/levels';
import { FAR_ZOOM, Viewport } from '../core/viewport';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { annotationDomId, type AnnotationLayer } from './canvas/annotation-layer';
import { domId, type CardLayer } from './canvas/card-layer';
import type { EdgeLayer } from './canvas/edge-layer';
import { paintFar } from './canvas/far';
import { Gestures, type GestureHost } from './canvas/gestures';
import type { Minimap } from './minimap';
import { actionButton } from './action-button';
import { icon } from './icons';
import './canvas/annotation-layer';
import './canvas/card-layer';
import './canvas/edge-layer';
import './minimap';

/** At a zoom where nothing can be read, more nodes than these are boxes on one canvas instead of elements. */
const FAR_NODES = 80;
/** How far outside of what is seen, in pixels, elements are there before they are. */
const MARGIN = 64;

/** The graph: a culled view of the editor's model. Elements exist for what is visible and for the focused node only. */
export class GraphCanvas extends VtxElement implements GestureHost {
  readonly viewport = new Viewport();
  isFar = false;
  readonly #gestures = new Gestures(this);
  #frame = 0;
  #shown: unknown;
  #fitted = false;
  #path = app.editor.value.path;
  readonly #views = new Map<string, { x: number; y: number; zoom: number }>();
  readonly #resized = new ResizeObserver(() => this.#resize());

  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    page.canvas = this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (page.canvas === this) page.canvas = undefined;
    this.#resized.disconnect();
  }

  protected override firstUpdated(): void {
    const surface = this.#part('.surface');
    this.#resized.observe(surface);
    surface.addEventListener('wheel', this.#gestures.wheel, { passive: false });
    this.#resize();
  }

  protected override updated(_: PropertyValues): void {
    const { root, path, canUndo, canRedo } = app.editor.value;
    // Another workflow is shown whole; the same one keeps its place, and each of its levels its own.
    if (this.#shown === undefined || (this.#shown !== root && !canUndo && !canRedo)) {
      this.#fitted = false;
      this.#views.clear();
      this.#path = path;
    } else if (path.join('\n') !== this.#path.join('\n')) {
      this.#changeLevel(path);
    }
    this.#shown = root;
    this.draw();
  }

  override focus(): void {
    this.#part('.surface').focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const { document: graph } = app.editor.value;
    const empty = graph.nodes.size === 0 && annotations(graph).length === 0;
    const gestures = this.#gestures;
    return html`
      <div
        class="surface" role="application" tabindex="0"
        aria-roledescription=${app.t('canvas.role')} aria-label=${app.t('canvas.label', { nodes: graph.nodes.size })}
        @keydown=${(event: KeyboardEvent) => performKey(event, 'graph')}
        @pointerdown=${gestures.down} @pointermove=${gestures.move} @pointerup=${gestures.up} @pointercancel=${gestures.lost}
        @dblclick=${gestures.doubleClick} @contextmenu=${(event: Event) => event.preventDefault()}
      >
        <vtx-annotation-layer></vtx-annotation-layer>
        <canvas class="far" aria-hidden="true"></canvas>
        <vtx-edge-layer></vtx-edge-layer>
        <vtx-card-layer class="nodes"></vtx-card-layer>
        <div class="marquee" hidden></div>
      </div>
      ${empty ? html`<div class="empty"><h2>${app.t('canvas.empty.title')}</h2><p>${app.t('canvas.empty.text')}</p><button class="primary" @click=${() => this.askPalette()}>${icon('plus')}${app.t('top.add')}</button></div>` : nothing}
      <vtx-minimap></vtx-minimap>
      <div class="zoom" role="group">
        ${actionButton('view.zoomIn')}${actionButton('view.zoomOut')}${actionButton('view.fit')}${actionButton('view.minimap')}
      </div>`;
  }

  /** Draws in the next frame, once, however often it is asked. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  centre(): Point {
    return this.viewport.centre();
  }

  fit(): void {
    const nodes = app.editor.value.geometry.bounds();
    const all = bounds([...(nodes ? [nodes] : []), ...annotations(app.editor.value.document)]);
    if (!all) return;
    this.viewport.fit(all);
    this.draw();
  }

  centreOn(point: Point): void {
    this.viewport.centreOn(point);
    this.draw();
  }

  zoomBy(factor: number): void {
    this.viewport.zoomBy(factor);
    this.draw();
  }

  /** Moves the view, by no more than needed, until a node is in it. */
  reveal(id: string): void {
    const box = app.editor.value.geometry.box(id);
    if (box) this.revealBox(box);
  }

  /** Of a box larger than the view its beginning is shown. */
  revealBox(box: Box): void {
    this.viewport.reveal(box);
    this.draw();
  }

  askPalette(request: PaletteRequest = { at: this.centre() }): void {
    this.dispatchEvent(new CustomEvent<PaletteRequest>('vtx-palette', { detail: request, bubbles: true }));
  }

  inspect(): void {
    this.dispatchEvent(new CustomEvent('vtx-inspect', { bubbles: true }));
  }

  panBy(dx: number, dy: number): void {
    this.viewport.panBy(dx, dy);
    this.draw();
  }

  at(event: { clientX: number; clientY: number }): Point {
    const { left, top } = this.#part('.surface').getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** The middle of what a file dropped at a point of the page lands on. */
  graphPoint(event: { clientX: number; clientY: number }): Point {
    return this.viewport.toGraph(this.at(event));
  }

  #part<T extends Element = HTMLElement>(selector: string): T {
    return this.querySelector<T>(selector)!;
  }

  #changeLevel(path: LevelPath): void {
    const { x, y, zoom } = this.viewport;
    this.#views.set(this.#path.join('\n'), { x, y, zoom });
    const view = this.#views.get(path.join('\n'));
    this.#fitted = view !== undefined;
    if (view) this.viewport.show(view);
    this.#path = path;
  }

  #resize(): void {
    const { width, height } = this.#part('.surface').getBoundingClientRect();
    this.viewport.resize(width, height);
    this.draw();
  }

  #draw(): void {
    this.#frame = 0;
    const { viewport } = this;
    if (!this.isConnected || viewport.isEmpty) return;
    const { document: graph } = app.editor.value;
    if (!this.#fitted && (graph.nodes.size > 0 || annotations(graph).length > 0)) {
      this.#fitted = true;
      this.fit();
    }
    const { x, y, zoom } = viewport;
    const view = viewport.view(MARGIN);
    const visible = this.#gestures.within(view);
    this.isFar = zoom < FAR_ZOOM && visible.length > FAR_NODES;
    this.#drawGrid();
    const cards = this.#part<CardLayer>('vtx-card-layer');
    cards.place(x, y, zoom);
    cards.show(this.isFar ? [] : visible, this.#gestures);
    const notes = this.#part<AnnotationLayer>('vtx-annotation-layer');
    notes.place(x, y, zoom);
    notes.show(view, this.#gestures);
    const edges = this.#part<EdgeLayer>('vtx-edge-layer');
    edges.place(x, y, zoom);
    edges.show(view, this.isFar, this.#gestures);
    const far = this.#part<HTMLCanvasElement>('.far');
    far.hidden = !this.isFar;
    if (this.isFar) paintFar(far, viewport, view, this.#gestures);
    this.#tellFocus();
    this.#drawMarquee();
    this.#part<Minimap>('vtx-minimap').show(viewport.view());
  }

  /** Dots on whole pixels: then the browser repeats one tile, and does not work out every pixel in every frame. */
  #drawGrid(): void {
    const { x, y, zoom } = this.viewport;
    const surface = this.#part('.surface');
    const cell = Math.round(24 * zoom < 10 ? 120 * zoom : 24 * zoom);
    surface.style.backgroundSize = `${cell}px ${cell}px`;
    surface.style.backgroundPosition = `${Math.round(x) % cell}px ${Math.round(y) % cell}px`;
    surface.classList.toggle('is-far', this.isFar);
  }

  /** Screen readers are told of an element that is there: after it was drawn, not when the model changed. */
  #tellFocus(): void {
    const { focus, focusedNote } = app.editor.value;
    const id = focusedNote !== undefined ? annotationDomId(focusedNote) : focus !== undefined ? domId(focus) : undefined;
    const surface = this.#part('.surface');
    if (id !== undefined && document.getElementById(id)) surface.setAttribute('aria-activedescendant', id);
    else surface.removeAttribute('aria-activedescendant');
  }

  #drawMarquee(): void {
    const marquee = this.#part('.marquee');
    const { box } = this.#gestures;
    marquee.hidden = box === undefined;
    if (box) Object.assign(marquee.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` });
  }
}

customElements.define('vtx-graph-canvas', GraphCanvas);
