import { html, nothing, type TemplateResult } from 'lit';
import { page } from '../actions/page';
import { app } from '../app';
import { annotations } from '../core/annotations';
import { bounds, type Box } from '../core/geometry';
import { fromMap, mapFit, onMap, type MapFit } from '../core/minimap';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { colour, pixels, scheme, stateFills } from './canvas/far';

const WIDTH = 184;
const HEIGHT = 120;
/** A node is never less than so many pixels on the map. */
const SMALLEST = 2;
/** What failed or is running carries a mark of this size, so that it is found without seeing its colour. */
const MARK = 4;

/** The whole graph in small, with what is seen of it. Nodes are painted when they change; panning moves one element. */
export class Minimap extends VtxElement {
  #fit: MapFit | undefined;
  #painted: readonly unknown[] = [];
  #frame = 0;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #repaint = (): void => this.#paintSoon();

  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scheme.addEventListener('change', this.#repaint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#repaint);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!app.settings.value.minimap || app.editor.value.document.nodes.size === 0) return nothing;
    return html`<div class="minimap" @pointerdown=${this.#point} @pointermove=${this.#point}>
      <canvas role="img" aria-label=${this.#label()} width=${WIDTH} height=${HEIGHT}></canvas><div class="minimap-view" aria-hidden="true"></div>
    </div>`;
  }

  protected override updated(): void {
    this.#paintSoon();
  }

  /** Shows what part of the graph the canvas shows now. */
  show(view: Box): void {
    const frame = this.querySelector<HTMLElement>('.minimap-view');
    if (!frame || !this.#fit) return;
    const at = onMap(this.#fit, view);
    frame.style.transform = `translate(${at.x}px, ${at.y}px)`;
    frame.style.width = `${at.width}px`;
    frame.style.height = `${at.height}px`;
  }

  #label(): string {
    const run = app.currentRun();
    const states = [...(run?.nodes.values() ?? [])];
    const count = (status: string): number => states.filter((one) => one.status === status).length;
    const [running, failed] = [count('running'), count('failed')];
    return [
      app.t('minimap.label', { nodes: app.editor.value.document.nodes.size }),
      running > 0 ? app.t('minimap.running', { count: running }) : '',
      failed > 0 ? app.t('minimap.failed', { count: failed }) : '',
    ].filter(Boolean).join(', ');
  }

  #paintSoon(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = 0;
    const canvas = this.querySelector('canvas');
    if (!canvas) {
      this.#painted = [];
      return;
    }
    const { geometry, document: graph, selection } = app.editor.value;
    const run = app.currentRun();
    // All that the picture depends on.
    const now = [canvas, geometry, graph.rest.ui, selection, run?.id, run?.changes, scheme()];
    if (now.every((one, at) => one === this.#painted[at])) return;
    this.#painted = now;
    const notes = annotations(graph);
    const nodes = geometry.bounds();
    const all = bounds([...(nodes ? [nodes] : []), ...notes]);
    const surface = pixels(canvas, WIDTH, HEIGHT);
    if (!all || !surface) return;
    const fit = (this.#fit = mapFit(all, WIDTH, HEIGHT));
    const { paint, scale } = surface;
    paint.setTransform(scale, 0, 0, scale, 0, 0);
    paint.lineWidth = 1;
    for (const one of notes) {
      const box = onMap(fit, one);
      paint.strokeStyle = one.color ?? colour('--line-strong');
      paint.strokeRect(box.x, box.y, box.width, box.height);
    }
    const fill = stateFills();
    const [accent, text] = [colour('--accent'), colour('--text')];
    for (const id of graph.nodes.keys()) {
      const box = onMap(fit, geometry.box(id)!);
      const [width, height] = [Math.max(SMALLEST, box.width), Math.max(SMALLEST, box.height)];
      const status = run?.nodes.get(id)?.status;
      paint.fillStyle = selection.has(id) ? accent : fill(status);
      paint.fillRect(box.x, box.y, width, height);
      if (status === 'failed' || status === 'running') mark(paint, status, box.x + width / 2, box.y + height / 2, text);
    }
    const { canvas: graphCanvas } = page;
    if (graphCanvas) this.show(graphCanvas.viewport.view());
  }

  #point = (event: PointerEvent): void => {
    if (!this.#fit || (event.type === 'pointermove' && event.buttons === 0) || event.button > 0) return;
    const area = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') area.setPointerCapture(event.pointerId);
    event.preventDefault();
    const { left, top } = area.getBoundingClientRect();
    page.canvas?.centreOn(fromMap(this.#fit, { x: event.clientX - left - area.clientLeft, y: event.clientY - top - area.clientTop }));
  };
}

/** A cross for what failed, a ring for what is running. */
function mark(paint: CanvasRenderingContext2D, status: 'failed' | 'running', x: number, y: number, colour: string): void {
  paint.strokeStyle = colour;
  paint.lineWidth = 1.5;
  paint.beginPath();
  if (status === 'running') paint.arc(x, y, MARK, 0, Math.PI * 2);
  else {
    paint.moveTo(x - MARK, y - MARK);
    paint.lineTo(x + MARK, y + MARK);
    paint.moveTo(x + MARK, y - MARK);
    paint.lineTo(x - MARK, y + MARK);
  }
  paint.stroke();
}

customElements.define('vtx-minimap', Minimap);
