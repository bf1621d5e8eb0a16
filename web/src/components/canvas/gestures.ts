import type { PaletteRequest, WireEnd } from '../../actions/page';
import { exposeWire } from '../../actions/subgraphs';
import { app } from '../../app';
import { movedWith, SMALLEST, touched, type Annotation, type Contents } from '../../core/annotations';
import { fits } from '../../core/catalog';
import { inputKey, type Edge } from '../../core/document';
import { inputOffset, outputOffset, type Box, type Point } from '../../core/geometry';
import type { Viewport } from '../../core/viewport';
import type { CardState } from '../node-card';
import { changeAnnotation, moveAll } from '../../stores/annotations';

interface Wiring extends WireEnd {
  readonly start: Point;
  end: Point;
}

type Gesture =
  | { kind: 'pan'; x: number; y: number; from: Point; tap: () => void }
  | { kind: 'pinch' }
  | { kind: 'drag'; x: number; y: number; moved: boolean; what: Contents; dx: number; dy: number; click: () => void }
  | { kind: 'resize'; x: number; y: number; id: string; dx: number; dy: number }
  | { kind: 'box'; from: Point; to: Point; base: ReadonlySet<string>; notes: ReadonlySet<string> }
  | { kind: 'wire'; wiring: Wiring };

/** What gestures need of the canvas they happen on. */
export interface GestureHost {
  readonly viewport: Viewport;
  /** Whether nodes are painted and have no elements. */
  readonly isFar: boolean;
  /** A point of the page as a point of the canvas. */
  at(event: { clientX: number; clientY: number }): Point;
  draw(): void;
  focus(): void;
  askPalette(request: PaletteRequest): void;
  inspect(): void;
}

/** A pointer that moved less, in pixels, was meant to stay. */
const TAP = 3;
const NOT_MOVED: Point = { x: 0, y: 0 };
/** So many nodes may have a layer of their own while they are dragged; each costs memory. */
const FEW = 4;
/** How long a finger stays where it came down before it draws a box instead of panning, in milliseconds. */
const LONG_PRESS = 450;

/** What the pointer does on the canvas. The document changes when a gesture ends; until then drawing asks here. */
export class Gestures {
  #now: Gesture | undefined;
  #fits: CardState['fits'];
  /** The fingers on the canvas, in the order they came. */
  readonly #touches = new Map<number, Point>();
  #press: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: GestureHost) {}

  /** The nodes that a box touches, those that are being dragged where they have come to. */
  within(area: Box): string[] {
    const { geometry } = app.editor.value;
    const gesture = this.#now;
    if (gesture?.kind !== 'drag') return geometry.within(area);
    const { dx, dy, what } = gesture;
    const dragged = geometry.within({ ...area, x: area.x - dx, y: area.y - dy }).filter((id) => what.nodes.has(id));
    return [...geometry.within(area).filter((id) => !what.nodes.has(id)), ...dragged];
  }

  get wiring(): Wiring | undefined {
    return this.#now?.kind === 'wire' ? this.#now.wiring : undefined;
  }

  /** The frame of a box selection, in pixels of the canvas. */
  get box(): Box | undefined {
    return this.#now?.kind === 'box' ? between(this.#now.from, this.#now.to) : undefined;
  }

  /** Which ports the wire that is being drawn fits. One function for the whole gesture, so that cards are drawn once at its start and once at its end. */
  get fits(): CardState['fits'] {
    return this.#fits;
  }

  offset = (id: string): Point => {
    const gesture = this.#now;
    return gesture?.kind === 'drag' && gesture.what.nodes.has(id) ? { x: gesture.dx, y: gesture.dy } : NOT_MOVED;
  };

  /** Whether a node is one of a few that are being dragged: those may move over the others without the others being painted again. */
  lifts(id: string): boolean {
    const gesture = this.#now;
    return gesture?.kind === 'drag' && gesture.what.nodes.size <= FEW && gesture.what.nodes.has(id);
  }

  /** Where an annotation is now: moved or resized as far as the gesture has come. */
  annotationBox(one: Annotation): Box {
    const gesture = this.#now;
    if (gesture?.kind === 'drag' && gesture.what.annotations.has(one.id)) return { x: one.x + gesture.dx, y: one.y + gesture.dy, width: one.width, height: one.height };
    return gesture?.kind === 'resize' && gesture.id === one.id ? resized(one, gesture) : one;
  }

  wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { viewport } = this.host;
    if (event.shiftKey) viewport.panBy(-event.deltaY - event.deltaX, 0);
    else viewport.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), this.host.at(event));
    this.host.draw();
  };

  down = (event: PointerEvent): void => {
    // A link in a note is a link.
    if (event.button > 1 || (event.target as Element).closest('a')) return;
    const at = this.host.at(event);
    const touch = event.pointerType === 'touch';
    if (touch && this.#touch(event, at)) return;
    const id = this.#nodeAt(event);
    const target = event.target as Element;
    const port = target.closest<HTMLElement>('.port');
    const note = target.closest<HTMLElement>('.annotation')?.dataset.annotation;
    this.host.focus();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const adding = event.shiftKey || event.ctrlKey || event.metaKey;
    if (event.button !== 0) this.#pan(at);
    else if (port && id) this.#startWire(id, port, at);
    else if (id) this.#startDrag(id, at, adding);
    else if (note !== undefined) this.#startNote(note, at, adding, target.closest('.resize') !== null);
    else if (adding) this.#box(at);
    else {
      const clear = (): void => app.editor.select([]);
      // With fingers, a pan begins as a tap does; only the tap lets go of the selection.
      if (!touch) clear();
      this.#pan(at, touch ? clear : undefined);
      if (touch) this.#press = setTimeout(() => this.#longPress(at), LONG_PRESS);
    }
  };

  /** Adds what a frame holds to what is selected. */
  #box(at: Point): void {
    this.#now = { kind: 'box', from: at, to: at, base: app.editor.value.selection, notes: app.editor.value.chosen };
  }

  /** A finger has no Shift: it stays for a moment instead, and feels that it may draw now where the device can tell. */
  #longPress(at: Point): void {
    if (this.#now?.kind !== 'pan') return;
    this.#box(at);
    navigator.vibrate?.(15);
    app.say('say.box');
    this.host.draw();
  }

  #pan(at: Point, tap: () => void = () => undefined): void {
    this.#now = { kind: 'pan', ...at, from: at, tap };
  }

  /** @returns whether this finger makes it a gesture of two */
  #touch(event: PointerEvent, at: Point): boolean {
    this.#touches.set(event.pointerId, at);
    if (this.#touches.size < 2) return false;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    // What the first finger had begun is dropped: nothing of it is in the document yet.
    this.cancel();
    this.#now = { kind: 'pinch' };
    return true;
  }

  #pinch(event: PointerEvent, at: Point): void {
    const pair = (): [Point, Point] => [...this.#touches.values()].slice(0, 2) as [Point, Point];
    const before = pair();
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at);
    if (before.length === 2) this.host.viewport.pinch(before, pair());
    this.host.draw();
  }

  move = (event: PointerEvent): void => {
    const gesture = this.#now;
    if (!gesture) return;
    const at = this.host.at(event);
    const { viewport } = this.host;
    if (gesture.kind === 'pinch') return this.#pinch(event, at);
    if (event.pointerType === 'touch' && this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at);
    if (gesture.kind === 'pan') {
      if (Math.hypot(at.x - gesture.from.x, at.y - gesture.from.y) > TAP) clearTimeout(this.#press);
      viewport.panBy(at.x - gesture.x, at.y - gesture.y);
      gesture.x = at.x;
      gesture.y = at.y;
    } else if (gesture.kind === 'drag') {
      gesture.moved ||= Math.hypot(at.x - gesture.x, at.y - gesture.y) > TAP;
      if (gesture.moved) {
        gesture.dx = Math.round((at.x - gesture.x) / viewport.zoom);
        gesture.dy = Math.round((at.y - gesture.y) / viewport.zoom);
      }
    } else if (gesture.kind === 'box') {
      gesture.to = at;
      const area = between(viewport.toGraph(gesture.from), viewport.toGraph(at));
      const nodes = [...gesture.base, ...app.editor.value.geometry.within(area)];
      const notes = [...gesture.notes, ...touched(app.editor.value.document, area)];
      app.editor.select(nodes);
      if (notes.length > 0) app.editor.choose(notes, nodes);
    } else if (gesture.kind === 'resize') {
      gesture.dx = Math.round((at.x - gesture.x) / viewport.zoom);
      gesture.dy = Math.round((at.y - gesture.y) / viewport.zoom);
    } else {
      gesture.wiring.end = viewport.toGraph(at);
    }
    this.host.draw();
  };

  up = (event: PointerEvent): void => {
    const gesture = this.#now;
    this.#touches.delete(event.pointerId);
    if (gesture?.kind === 'pinch' && this.#touches.size > 0) return this.#afterPinch();
    this.cancel();
    if (gesture?.kind === 'pan') {
      if (Math.hypot(gesture.x - gesture.from.x, gesture.y - gesture.from.y) <= TAP) gesture.tap();
    } else if (gesture?.kind === 'drag') {
      if (gesture.moved) moveAll(app.editor, gesture.dx, gesture.dy, gesture.what);
      else gesture.click();
    } else if (gesture?.kind === 'resize') {
      const one = app.editor.annotation(gesture.id);
      if (one && (gesture.dx !== 0 || gesture.dy !== 0)) {
        const { width, height } = resized(one, gesture);
        changeAnnotation(app.editor, one.id, { width, height });
      }
    } else if (gesture?.kind === 'wire') {
      this.#dropWire(gesture.wiring, event);
    }
  };

  /** A finger that stays goes on panning. */
  #afterPinch(): void {
    if (this.#touches.size === 1) this.#pan([...this.#touches.values()][0]!, undefined);
  }

  /** The browser took a pointer away. */
  lost = (event: PointerEvent): void => {
    this.#touches.delete(event.pointerId);
    if (this.#touches.size === 0) this.cancel();
    else this.#afterPinch();
  };

  cancel = (): void => {
    clearTimeout(this.#press);
    this.#now = undefined;
    this.#fits = undefined;
    this.host.draw();
  };

  doubleClick = (event: MouseEvent): void => {
    if (this.#nodeAt(event) === undefined && !(event.target as Element).closest('.annotation')) this.host.askPalette({ at: this.host.viewport.toGraph(this.host.at(event)) });
    else this.host.inspect();
  };

  /** The node under a point, also where nodes are only painted. */
  #nodeAt(event: PointerEvent | MouseEvent): string | undefined {
    // While the canvas holds the pointer, as in a double click, all events are its own: what is under the point counts.
    const card = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('.node');
    if (card?.dataset.node) return card.dataset.node;
    return this.host.isFar ? app.editor.value.geometry.within({ ...this.host.viewport.toGraph(this.host.at(event)), width: 1, height: 1 }).at(-1) : undefined;
  }

  #startDrag(id: string, at: Point, adding: boolean): void {
    const { selection } = app.editor.value;
    let click = (): void => undefined;
    if (adding) app.editor.toggle(id);
    else if (!selection.has(id)) app.editor.select([id]);
    else click = () => app.editor.select([id]);
    this.#hold(at, app.editor.value.selection.has(id), click);
  }

  #startNote(id: string, at: Point, adding: boolean, resizing: boolean): void {
    const { chosen } = app.editor.value;
    let click = (): void => undefined;
    if (adding) app.editor.toggleNote(id);
    else if (!chosen.has(id)) app.editor.choose([id]);
    else click = () => app.editor.choose([id]);
    if (resizing && !adding) this.#now = { kind: 'resize', ...at, id, dx: 0, dy: 0 };
    else this.#hold(at, app.editor.value.chosen.has(id), click);
  }

  /** Everything selected, and what lies in selected groups as it lies there now. */
  #hold(at: Point, holding: boolean, click: () => void): void {
    const { geometry, selection, chosen } = app.editor.value;
    const what = holding ? movedWith(geometry, selection, chosen) : { nodes: new Set<string>(), annotations: new Set<string>() };
    this.#now = { kind: 'drag', ...at, what, dx: 0, dy: 0, moved: false, click };
  }

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

  #holdWire(held: WireEnd, at: Point): void {
    const node = app.editor.node(held.node)!;
    const shape = app.editor.value.geometry.shape(held.node)!;
    const offset = held.side === 'output' ? outputOffset(shape, held.port) : inputOffset(shape, held.port);
    this.#now = { kind: 'wire', wiring: { ...held, start: { x: node.x + offset.x, y: node.y + offset.y }, end: this.host.viewport.toGraph(at) } };
    this.#fits = (side, other, port) => side !== held.side && app.editor.mayConnect(edgeOf(held, other, port));
    this.host.draw();
  }

  #dropWire(wiring: Wiring, event: PointerEvent): void {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const id = under?.closest<HTMLElement>('.node')?.dataset.node;
    const port = under?.closest<HTMLElement>('.port');
    if (id === undefined) {
      if (under?.closest('.surface')) this.host.askPalette({ at: wiring.end, wire: wiring });
      return;
    }
    if (id === wiring.node && !port) return;
    if (port?.dataset.side !== undefined && port.dataset.side !== wiring.side) {
      if (!app.editor.connect(edgeOf(wiring, id, port.dataset.port!))) app.warn('say.noFit');
      return;
    }
    if (!portsFor(wiring, id).some((name) => app.editor.connect(edgeOf(wiring, id, name))) && !exposeWire(id, wiring)) app.warn('say.noFit');
  }
}

/** The ports of a node that a wire dropped on it may take: open ones and plain inputs first. */
function portsFor(wiring: WireEnd, id: string): string[] {
  const { geometry, document: graph } = app.editor.value;
  const type = geometry.shape(id)?.type;
  if (wiring.side === 'input') return (type?.outputs ?? []).filter((one) => fits(one.type, wiring.type)).map((one) => one.name);
  const taken = (name: string): number => Number(graph.edges.has(inputKey(id, name)));
  return (type?.inputs ?? [])
    .filter((one) => fits(wiring.type, one.type))
    .sort((a, b) => Number(a.is_widget ?? false) - Number(b.is_widget ?? false) || taken(a.name) - taken(b.name))
    .map((one) => one.name);
}

const edgeOf = (held: WireEnd, node: string, port: string): Edge =>
  held.side === 'output' ? { from: { node: held.node, port: held.port }, to: { node, port } } : { from: { node, port }, to: { node: held.node, port: held.port } };

const resized = (one: Annotation, { dx, dy }: { dx: number; dy: number }): Box => ({ x: one.x, y: one.y, width: Math.max(SMALLEST[one.kind].width, one.width + dx), height: Math.max(SMALLEST[one.kind].height, one.height + dy) });

const between = (a: Point, b: Point): Box => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });
