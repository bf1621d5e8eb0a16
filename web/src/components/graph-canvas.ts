import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { app } from '../app';
import { fits } from '../core/catalog';
import { inputKey, type Edge } from '../core/document';
import { intersects, NODE_WIDTH, outputOffset, inputOffset, wire, type Box, type Point } from '../core/geometry';
import type { Artifact } from '../api/types';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { handleKey } from './canvas-keys';
import { icon } from './icons';
import { drawCard, same, type CardState } from './node-card';

const MIN_ZOOM = 0.08;
const MAX_ZOOM = 2;
/** Below this zoom more than so many nodes are boxes on one canvas instead of elements. */
const FAR_ZOOM = 0.35;
const FAR_NODES = 80;
const MARGIN = 160;
const SVG = 'http://www.w3.org/2000/svg';

interface Wiring {
  readonly node: string;
  readonly port: string;
  readonly type: string;
  readonly side: 'input' | 'output';
  readonly start: Point;
  end: Point;
}

type Gesture =
  | { kind: 'pan'; x: number; y: number }
  | { kind: 'drag'; x: number; y: number; ids: ReadonlySet<string>; dx: number; dy: number; moved: boolean; click: () => void }
  | { kind: 'box'; from: Point; to: Point; base: ReadonlySet<string> }
  | { kind: 'wire'; wiring: Wiring };

/** What the palette is asked for by a wire dropped on nothing, or by a key. */
export interface PaletteRequest {
  readonly at: Point;
  readonly wire?: { node: string; port: string; type: string; side: 'input' | 'output' };
}

/** The graph: a culled view of the editor's model. Elements exist for what is visible and for the focused node only. */
export class GraphCanvas extends VtxElement {
  #x = 40;
  #y = 40;
  #zoom = 1;
  #gesture: Gesture | undefined;
  #frame = 0;
  #far = false;
  #size = { width: 0, height: 0 };
  #shown: unknown;
  #fitted = false;
  readonly #cards = new Map<string, { element: HTMLElement; state: CardState | undefined }>();
  readonly #wires = new Map<string, { path: SVGPathElement; d: string }>();
  readonly #domIds = new Map<string, string>();
  #problems = new Map<string, number>();
  #problemsOf: unknown;
  #pictures = new Map<string, Artifact>();
  #picturesOf: unknown;
  #wiringFits: CardState['fits'];
  readonly #resized = new ResizeObserver(() => this.#resize());

  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#cards.clear();
    this.#wires.clear();
  }

  protected override firstUpdated(): void {
    const surface = this.#part('.surface');
    this.#resized.observe(surface);
    surface.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#resize();
  }

  protected override updated(_: PropertyValues): void {
    const { document: now } = app.editor.value;
    // Another workflow is shown whole; the same one keeps its place.
    if (this.#shown === undefined || (app.editor.value.canUndo === false && this.#shown !== now.nodes && !app.editor.value.canRedo)) this.#fitted = false;
    this.#shown = now.nodes;
    this.draw();
  }

  override focus(): void {
    this.#part('.surface').focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const { document: graph, focus } = app.editor.value;
    const empty = graph.nodes.size === 0;
    return html`
      <div
        class="surface" role="application" tabindex="0"
        aria-roledescription=${app.t('canvas.role')} aria-label=${app.t('canvas.label', { nodes: graph.nodes.size })}
        aria-activedescendant=${focus === undefined || empty ? nothing : this.#domId(focus)}
        @keydown=${(event: KeyboardEvent) => handleKey(event, this)}
        @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#cancelGesture}
        @dblclick=${this.#doubleClick} @contextmenu=${(event: Event) => event.preventDefault()}
      >
        <canvas class="far" aria-hidden="true"></canvas>
        <svg class="wires" aria-hidden="true"><g></g></svg>
        <div class="nodes"></div>
        <div class="marquee" hidden></div>
      </div>
      ${empty ? html`<div class="empty"><h2>${app.t('canvas.empty.title')}</h2><p>${app.t('canvas.empty.text')}</p><button class="primary" @click=${() => this.askPalette()}>${icon('plus')}${app.t('top.add')}</button></div>` : nothing}
      <div class="zoom" role="group">
        <button class="quiet-button" title=${app.t('canvas.zoomIn')} aria-label=${app.t('canvas.zoomIn')} @click=${() => this.zoomBy(1.25)}>${icon('plus')}</button>
        <button class="quiet-button" title=${app.t('canvas.zoomOut')} aria-label=${app.t('canvas.zoomOut')} @click=${() => this.zoomBy(0.8)}>${icon('minus')}</button>
        <button class="quiet-button" title=${app.t('canvas.fit')} aria-label=${app.t('canvas.fit')} @click=${() => this.fit()}>${icon('fit')}</button>
      </div>`;
  }

  /** Draws in the next frame, once, however often it is asked. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  centre(): Point {
    return this.#toGraph({ x: this.#size.width / 2, y: this.#size.height / 2 });
  }

  fit(): void {
    const all = app.editor.value.geometry.bounds();
    if (!all || this.#size.width === 0) return;
    const pad = 48;
    this.#zoom = Math.max(MIN_ZOOM, Math.min(1, (this.#size.width - pad * 2) / all.width, (this.#size.height - pad * 2) / all.height));
    this.#x = (this.#size.width - all.width * this.#zoom) / 2 - all.x * this.#zoom;
    this.#y = (this.#size.height - all.height * this.#zoom) / 2 - all.y * this.#zoom;
    this.draw();
  }

  zoomBy(factor: number, at: Point = { x: this.#size.width / 2, y: this.#size.height / 2 }): void {
    const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, this.#zoom * factor));
    this.#x = at.x - ((at.x - this.#x) * zoom) / this.#zoom;
    this.#y = at.y - ((at.y - this.#y) * zoom) / this.#zoom;
    this.#zoom = zoom;
    this.draw();
  }

  /** Moves the view, by no more than needed, until a node is in it. */
  reveal(id: string): void {
    const box = app.editor.value.geometry.box(id);
    if (!box) return;
    if (this.#zoom < FAR_ZOOM) this.#zoom = 0.8;
    const pad = 24;
    const shift = (at: number, length: number, room: number): number => (at < pad ? pad - at : at + length > room - pad ? Math.max(pad - at, room - pad - at - length) : 0);
    this.#x += shift(box.x * this.#zoom + this.#x, box.width * this.#zoom, this.#size.width);
    this.#y += shift(box.y * this.#zoom + this.#y, box.height * this.#zoom, this.#size.height);
    this.draw();
  }

  askPalette(request: PaletteRequest = { at: this.centre() }): void {
    this.dispatchEvent(new CustomEvent<PaletteRequest>('vtx-palette', { detail: request, bubbles: true }));
  }

  panBy(dx: number, dy: number): void {
    this.#x += dx;
    this.#y += dy;
    this.draw();
  }

  #part<T extends Element = HTMLElement>(selector: string): T {
    return this.querySelector<T>(selector)!;
  }

  #domId(node: string): string {
    let id = this.#domIds.get(node);
    if (!id) this.#domIds.set(node, (id = `node-${this.#domIds.size}`));
    return id;
  }

  #resize(): void {
    const { width, height } = this.#part('.surface').getBoundingClientRect();
    this.#size = { width, height };
    this.draw();
  }

  #toGraph(point: Point): Point {
    return { x: (point.x - this.#x) / this.#zoom, y: (point.y - this.#y) / this.#zoom };
  }

  #offset = (id: string): Point => {
    const gesture = this.#gesture;
    return gesture?.kind === 'drag' && gesture.ids.has(id) ? { x: gesture.dx, y: gesture.dy } : { x: 0, y: 0 };
  };

  #draw(): void {
    this.#frame = 0;
    if (!this.isConnected || this.#size.width === 0) return;
    if (!this.#fitted && app.editor.value.document.nodes.size > 0) {
      this.#fitted = true;
      this.fit();
    }
    const view: Box = { ...this.#toGraph({ x: -MARGIN, y: -MARGIN }), width: (this.#size.width + MARGIN * 2) / this.#zoom, height: (this.#size.height + MARGIN * 2) / this.#zoom };
    const visible = app.editor.value.geometry.within(this.#gesture?.kind === 'drag' ? grown(view, this.#gesture) : view);
    const far = this.#zoom < FAR_ZOOM && visible.length > FAR_NODES;
    this.#far = far;
    const move = `translate(${this.#x}px, ${this.#y}px) scale(${this.#zoom})`;
    this.#part('.nodes').style.transform = move;
    this.#part<SVGGElement>('.wires g').setAttribute('transform', `translate(${this.#x} ${this.#y}) scale(${this.#zoom})`);
    const surface = this.#part('.surface');
    const cell = 24 * this.#zoom;
    surface.style.backgroundSize = `${cell < 10 ? cell * 5 : cell}px ${cell < 10 ? cell * 5 : cell}px`;
    surface.style.backgroundPosition = `${this.#x}px ${this.#y}px`;
    surface.classList.toggle('is-far', far);
    this.#drawCards(far ? [] : visible);
    this.#drawWires(far, view);
    this.#drawFar(far, view);
    this.#drawMarquee();
  }

  #drawCards(visible: readonly string[]): void {
    const { geometry, document: graph, selection, focus, problems } = app.editor.value;
    const run = app.currentRun();
    if (this.#problemsOf !== problems) {
      this.#problemsOf = problems;
      this.#problems = new Map();
      for (const problem of problems) if (problem.node) this.#problems.set(problem.node, (this.#problems.get(problem.node) ?? 0) + 1);
    }
    if (this.#picturesOf !== run?.artifacts) {
      this.#picturesOf = run?.artifacts;
      this.#pictures = new Map(run?.artifacts.filter((one) => one.media_type.startsWith('image/')).map((one) => [one.node_id, one]));
    }
    const wanted = new Set(visible);
    // The focused node is there even off the screen: it is what the screen reader reads.
    if (focus !== undefined && graph.nodes.has(focus)) wanted.add(focus);
    for (const [id, card] of this.#cards) {
      if (!wanted.has(id)) {
        card.element.remove();
        this.#cards.delete(id);
      }
    }
    const layer = this.#part('.nodes');
    const { language } = app.settings.value;
    for (const id of wanted) {
      const node = graph.nodes.get(id)!;
      let card = this.#cards.get(id);
      if (!card) {
        const element = document.createElement('div');
        element.id = this.#domId(id);
        element.setAttribute('role', 'group');
        layer.append(element);
        this.#cards.set(id, (card = { element, state: undefined }));
      }
      const offset = this.#offset(id);
      card.element.style.transform = `translate(${node.x + offset.x}px, ${node.y + offset.y}px)`;
      const state: CardState = {
        node,
        shape: geometry.shape(id)!,
        selected: selection.has(id),
        focused: focus === id,
        run: run?.nodes.get(id),
        picture: this.#pictures.get(id),
        problems: this.#problems.get(id) ?? 0,
        edges: graph.edges,
        language,
        fits: this.#wiringFits,
      };
      if (!same(card.state, state)) {
        drawCard(card.element, state);
        card.element.style.width = `${state.shape.width}px`;
        card.element.style.height = `${state.shape.height}px`;
        card.state = state;
      }
    }
  }

  #drawWires(far: boolean, view: Box): void {
    const { geometry, document: graph, selection } = app.editor.value;
    const run = app.currentRun();
    const layer = this.#part<SVGGElement>('.wires g');
    const wanted = new Set<string>();
    const put = (key: string, d: string, kind: string): void => {
      wanted.add(key);
      let line = this.#wires.get(key);
      if (!line) {
        const path = document.createElementNS(SVG, 'path');
        layer.append(path);
        this.#wires.set(key, (line = { path, d: '' }));
      }
      if (line.d !== d) line.path.setAttribute('d', (line.d = d));
      if (line.path.getAttribute('class') !== kind) line.path.setAttribute('class', kind);
    };
    if (!far) {
      for (const [key, edge] of graph.edges) {
        const ends = geometry.ends(edge, this.#offset);
        if (!ends) continue;
        const { from, to } = ends;
        const box = { x: Math.min(from.x, to.x) - 80, y: Math.min(from.y, to.y), width: Math.abs(from.x - to.x) + 160, height: Math.abs(from.y - to.y) + 1 };
        if (!intersects(box, view)) continue;
        const status = run?.nodes.get(edge.to.node)?.status;
        put(key, wire(from, to), `wire ${selection.has(edge.from.node) || selection.has(edge.to.node) ? 'near' : ''} ${status === 'running' ? 'busy' : ''}`);
      }
    }
    if (this.#gesture?.kind === 'wire') {
      const { start, end, side } = this.#gesture.wiring;
      put('\nnew', side === 'output' ? wire(start, end) : wire(end, start), 'wire new');
    }
    for (const [key, line] of this.#wires) {
      if (!wanted.has(key)) {
        line.path.remove();
        this.#wires.delete(key);
      }
    }
  }

  #drawFar(far: boolean, view: Box): void {
    const canvas = this.#part<HTMLCanvasElement>('.far');
    canvas.hidden = !far;
    if (!far) return;
    const scale = devicePixelRatio || 1;
    const [width, height] = [Math.round(this.#size.width * scale), Math.round(this.#size.height * scale)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const paint = canvas.getContext('2d');
    if (!paint) return;
    const style = getComputedStyle(this);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.clearRect(0, 0, width, height);
    paint.setTransform(this.#zoom * scale, 0, 0, this.#zoom * scale, this.#x * scale, this.#y * scale);
    const { geometry, document: graph, selection, focus } = app.editor.value;
    const run = app.currentRun();
    paint.lineWidth = 1 / this.#zoom;
    paint.strokeStyle = colour('--wire');
    paint.beginPath();
    for (const edge of graph.edges.values()) {
      const ends = geometry.ends(edge, this.#offset);
      if (!ends) continue;
      paint.moveTo(ends.from.x, ends.from.y);
      paint.lineTo(ends.to.x, ends.to.y);
    }
    paint.stroke();
    const fills: Record<string, string> = { running: colour('--busy'), failed: colour('--bad'), succeeded: colour('--good'), cached: colour('--cached') };
    const plain = colour('--node-far');
    for (const id of geometry.within(view)) {
      const box = geometry.box(id)!;
      const offset = this.#offset(id);
      paint.fillStyle = fills[run?.nodes.get(id)?.status ?? ''] || plain;
      paint.fillRect(box.x + offset.x, box.y + offset.y, box.width, box.height);
      if (selection.has(id) || focus === id) {
        paint.strokeStyle = colour('--focus');
        paint.lineWidth = 3 / this.#zoom;
        paint.strokeRect(box.x + offset.x, box.y + offset.y, box.width, box.height);
      }
    }
  }

  #drawMarquee(): void {
    const marquee = this.#part('.marquee');
    const gesture = this.#gesture;
    marquee.hidden = gesture?.kind !== 'box';
    if (gesture?.kind !== 'box') return;
    const area = between(gesture.from, gesture.to);
    Object.assign(marquee.style, { left: `${area.x}px`, top: `${area.y}px`, width: `${area.width}px`, height: `${area.height}px` });
  }

  #at(event: { clientX: number; clientY: number }): Point {
    const { left, top } = this.#part('.surface').getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.shiftKey) this.panBy(-event.deltaY - event.deltaX, 0);
    else this.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), this.#at(event));
  }

  /** The node under a point, also where nodes are only painted. */
  #nodeAt(event: PointerEvent | MouseEvent): string | undefined {
    const card = (event.target as Element).closest<HTMLElement>('.node');
    if (card?.dataset.node) return card.dataset.node;
    return this.#far ? app.editor.value.geometry.within({ ...this.#toGraph(this.#at(event)), width: 1, height: 1 }).at(-1) : undefined;
  }

  #down = (event: PointerEvent): void => {
    if (event.button > 1) return;
    const at = this.#at(event);
    const target = event.target as Element;
    const id = this.#nodeAt(event);
    const port = target.closest<HTMLElement>('.port');
    this.focus();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (port && id && event.button === 0) return this.#startWire(id, port, at);
    if (id && event.button === 0) {
      const { selection } = app.editor.value;
      const adding = event.shiftKey || event.ctrlKey || event.metaKey;
      let click = (): void => undefined;
      if (adding) app.editor.toggle(id);
      else if (!selection.has(id)) app.editor.select([id]);
      else click = () => app.editor.select([id]);
      const ids = app.editor.value.selection.has(id) ? app.editor.value.selection : new Set<string>();
      this.#gesture = { kind: 'drag', x: at.x, y: at.y, ids, dx: 0, dy: 0, moved: false, click };
    } else if (event.button === 0 && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      this.#gesture = { kind: 'box', from: at, to: at, base: app.editor.value.selection };
    } else {
      if (event.button === 0) app.editor.select([]);
      this.#gesture = { kind: 'pan', x: at.x, y: at.y };
    }
  };

  #startWire(node: string, element: HTMLElement, at: Point): void {
    const { port = '', type = '*' } = element.dataset;
    const side = element.dataset.side as 'input' | 'output';
    const there = side === 'input' ? app.editor.edgeInto(node, port) : undefined;
    const shape = app.editor.value.geometry.shape(there?.from.node ?? node);
    // A wire that is pulled off an input is still held at its other end.
    if (there && shape && app.editor.node(there.from.node)) {
      app.editor.do({ kind: 'edges.remove', edges: [there] });
      const output = shape.type.outputs.find((one) => one.name === there.from.port) ?? shape.type.outputs[Number(/^#(\d+)$/.exec(there.from.port)?.[1] ?? 0)];
      return this.#holdWire({ node: there.from.node, port: output?.name ?? there.from.port, type: output?.type ?? '*', side: 'output' }, at);
    }
    const full = app.editor.value.geometry.shape(node)?.type;
    const known = side === 'input' ? full?.inputs.find((one) => one.name === port) : full?.outputs.find((one) => one.name === port);
    this.#holdWire({ node, port, type: known?.type ?? type, side }, at);
  }

  #holdWire(held: { node: string; port: string; type: string; side: 'input' | 'output' }, at: Point): void {
    const node = app.editor.node(held.node)!;
    const shape = app.editor.value.geometry.shape(held.node)!;
    const offset = held.side === 'output' ? outputOffset(shape, held.port) : inputOffset(shape, held.port);
    this.#gesture = { kind: 'wire', wiring: { ...held, start: { x: node.x + offset.x, y: node.y + offset.y }, end: this.#toGraph(at) } };
    // One function for the whole gesture, so that cards are drawn once at its start and once at its end.
    this.#wiringFits = (side, other, port) => side !== held.side && app.editor.mayConnect(edgeOf(held, other, port));
    this.draw();
  }

  #move = (event: PointerEvent): void => {
    const gesture = this.#gesture;
    if (!gesture) return;
    const at = this.#at(event);
    if (gesture.kind === 'pan') {
      this.panBy(at.x - gesture.x, at.y - gesture.y);
      gesture.x = at.x;
      gesture.y = at.y;
    } else if (gesture.kind === 'drag') {
      gesture.moved ||= Math.hypot(at.x - gesture.x, at.y - gesture.y) > 3;
      if (gesture.moved) {
        gesture.dx = Math.round((at.x - gesture.x) / this.#zoom);
        gesture.dy = Math.round((at.y - gesture.y) / this.#zoom);
      }
    } else if (gesture.kind === 'box') {
      gesture.to = at;
      const area = between(this.#toGraph(gesture.from), this.#toGraph(at));
      app.editor.select([...gesture.base, ...app.editor.value.geometry.within(area)]);
    } else {
      gesture.wiring.end = this.#toGraph(at);
    }
    this.draw();
  };

  #up = (event: PointerEvent): void => {
    const gesture = this.#gesture;
    this.#cancelGesture();
    if (gesture?.kind === 'drag') {
      if (gesture.moved) app.editor.move(gesture.dx, gesture.dy, [...gesture.ids]);
      else gesture.click();
    } else if (gesture?.kind === 'wire') {
      this.#dropWire(gesture.wiring, event);
    }
  };

  #dropWire(wiring: Wiring, event: PointerEvent): void {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const id = under?.closest<HTMLElement>('.node')?.dataset.node;
    const port = under?.closest<HTMLElement>('.port');
    if (id === undefined) {
      if (under?.closest('.surface')) this.askPalette({ at: wiring.end, wire: wiring });
      return;
    }
    if (id === wiring.node && !port) return;
    if (port?.dataset.side !== undefined && port.dataset.side !== wiring.side) {
      if (!app.editor.connect(edgeOf(wiring, id, port.dataset.port!))) app.warn('say.noFit');
      return;
    }
    // Dropped on a node: the first port of it that fits, open ones and plain inputs first.
    const type = app.editor.value.geometry.shape(id)?.type;
    const names = wiring.side === 'output'
      ? [...(type?.inputs ?? [])].filter((one) => fits(wiring.type, one.type)).sort((a, b) => Number(a.is_widget ?? false) - Number(b.is_widget ?? false) || Number(app.editor.value.document.edges.has(inputKey(id, a.name))) - Number(app.editor.value.document.edges.has(inputKey(id, b.name)))).map((one) => one.name)
      : (type?.outputs ?? []).filter((one) => fits(one.type, wiring.type)).map((one) => one.name);
    if (!names.some((name) => app.editor.connect(edgeOf(wiring, id, name)))) app.warn('say.noFit');
  }

  #cancelGesture = (): void => {
    this.#gesture = undefined;
    this.#wiringFits = undefined;
    this.draw();
  };

  #doubleClick = (event: MouseEvent): void => {
    if (this.#nodeAt(event) === undefined) this.askPalette({ at: this.#toGraph(this.#at(event)) });
    else this.dispatchEvent(new CustomEvent('vtx-inspect', { bubbles: true }));
  };

  /** The middle of what a file dropped at a point of the page lands on. */
  graphPoint(event: { clientX: number; clientY: number }): Point {
    return this.#toGraph(this.#at(event));
  }
}

const edgeOf = (held: { node: string; port: string; side: 'input' | 'output' }, node: string, port: string): Edge =>
  held.side === 'output' ? { from: { node: held.node, port: held.port }, to: { node, port } } : { from: { node, port }, to: { node: held.node, port: held.port } };

const between = (a: Point, b: Point): Box => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });

/** A view that also holds the nodes dragged into it. */
const grown = (view: Box, drag: { dx: number; dy: number }): Box => ({
  x: view.x - Math.abs(drag.dx) - NODE_WIDTH,
  y: view.y - Math.abs(drag.dy) - NODE_WIDTH,
  width: view.width + Math.abs(drag.dx) * 2 + NODE_WIDTH * 2,
  height: view.height + Math.abs(drag.dy) * 2 + NODE_WIDTH * 2,
});

customElements.define('vtx-graph-canvas', GraphCanvas);
