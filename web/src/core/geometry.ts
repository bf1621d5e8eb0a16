import { outputIndex, shownInputs, typeOf, type Catalog, type NodeInput, type NodeType } from './catalog';
import type { Edge, GraphNode, WorkflowDocument } from './document';

/** Sizes in graph units; the style sheet uses the same numbers. Nothing is read back from the DOM. */
export const NODE_WIDTH = 240;
const NARROWEST = 120;
const WIDEST = 480;
export const HEADER_HEIGHT = 34;
export const ROW_HEIGHT = 24;
export const FOOTER_HEIGHT = 26;
/** Widgets beyond these are shown in the inspector only. */
export const MAX_WIDGETS = 8;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A node's schema with where everything of it is. */
export interface NodeShape {
  readonly type: NodeType;
  readonly links: readonly NodeInput[];
  readonly widgets: readonly NodeInput[];
  readonly hidden: number;
  readonly width: number;
  readonly height: number;
}

/** As wide as the file says, within reason: files leave room between nodes by their own widths. */
const widthOf = ({ ui }: GraphNode): number => (typeof ui.width === 'number' && ui.width > 0 ? Math.max(NARROWEST, Math.min(WIDEST, Math.round(ui.width))) : NODE_WIDTH);

export function shapeOf(catalog: Catalog, document: WorkflowDocument, node: GraphNode): NodeShape {
  const type = typeOf(catalog, document, node);
  const inputs = shownInputs(type, node);
  const links = inputs.filter((input) => !input.is_widget);
  const all = inputs.filter((input) => input.is_widget);
  const widgets = all.slice(0, MAX_WIDGETS);
  const hidden = all.length - widgets.length;
  const rows = Math.max(links.length, type.outputs.length) + widgets.length + (hidden > 0 ? 1 : 0);
  return { type, links, widgets, hidden, width: widthOf(node), height: HEADER_HEIGHT + rows * ROW_HEIGHT + FOOTER_HEIGHT };
}

/** Where an input's dot is, from the node's corner. Hidden widgets share the row that counts them. */
export function inputOffset(shape: NodeShape, port: string): Point {
  const link = shape.links.findIndex((input) => input.name === port);
  const linkRows = Math.max(shape.links.length, shape.type.outputs.length);
  const widget = shape.widgets.findIndex((input) => input.name === port);
  const row = link >= 0 ? link : linkRows + (widget >= 0 ? widget : shape.widgets.length);
  return { x: 0, y: HEADER_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2 };
}

export function outputOffset(shape: NodeShape, port: string): Point {
  return { x: shape.width, y: HEADER_HEIGHT + Math.max(0, outputIndex(shape.type, port)) * ROW_HEIGHT + ROW_HEIGHT / 2 };
}

export const intersects = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export function bounds(boxes: Iterable<Box>): Box | undefined {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

/** The SVG path of a wire. */
export function wire(from: Point, to: Point): string {
  const bend = Math.max(40, Math.min(160, Math.abs(to.x - from.x) / 2));
  return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
}

const CELL = 512;

/** Shapes and places of a document's nodes, with an index by place. Made again from the earlier one, keeping what did not change. */
export class Geometry {
  readonly #shapes = new Map<string, NodeShape>();
  readonly #cells = new Map<string, Set<string>>();
  readonly #edgesOf = new Map<string, Edge[]>();

  constructor(
    readonly document: WorkflowDocument,
    readonly catalog: Catalog,
    earlier?: Geometry,
  ) {
    const keep = earlier && earlier.catalog === catalog ? earlier : undefined;
    const sameAround = keep?.document.edges === document.edges && keep.document.subgraphs === document.subgraphs && keep.document.ports === document.ports;
    for (const node of document.nodes.values()) {
      const old = keep?.document.nodes.get(node.id);
      // A guessed type depends on edges, an instance's on definitions, a border's on ports; a known one on the node's constants alone.
      const reusable = old && old.type === node.type && old.inputs === node.inputs && old.ui === node.ui && (sameAround || catalog.has(node.type));
      const shape = reusable ? keep!.#shapes.get(node.id)! : shapeOf(catalog, document, node);
      this.#shapes.set(node.id, shape);
      this.#put(node.id, { x: node.x, y: node.y, width: shape.width, height: shape.height });
    }
    for (const edge of document.edges.values()) {
      for (const id of edge.from.node === edge.to.node ? [edge.from.node] : [edge.from.node, edge.to.node]) {
        const list = this.#edgesOf.get(id);
        if (list) list.push(edge);
        else this.#edgesOf.set(id, [edge]);
      }
    }
  }

  shape(id: string): NodeShape | undefined {
    return this.#shapes.get(id);
  }

  box(id: string): Box | undefined {
    const node = this.document.nodes.get(id);
    if (!node) return undefined;
    const { width, height } = this.#shapes.get(id)!;
    return { x: node.x, y: node.y, width, height };
  }

  edgesOf(id: string): readonly Edge[] {
    return this.#edgesOf.get(id) ?? [];
  }

  bounds(ids: Iterable<string> = this.document.nodes.keys()): Box | undefined {
    const all = [...ids];
    return bounds(all.flatMap((id) => this.box(id) ?? []));
  }

  /** Nodes that a box touches. */
  within(area: Box): string[] {
    const found: string[] = [];
    const seen = new Set<string>();
    const columns = (area.width / CELL + 2) * (area.height / CELL + 2);
    // A view of everything is faster node by node than cell by cell.
    const candidates = columns > this.document.nodes.size ? [this.document.nodes.keys()] : this.#near(area);
    for (const ids of candidates) {
      for (const id of ids) {
        if (seen.has(id)) continue;
        seen.add(id);
        if (intersects(this.box(id)!, area)) found.push(id);
      }
    }
    return found;
  }

  /** The ends of a wire, or nothing when a node is missing. `offset` shifts the ends of nodes that are being dragged. */
  ends(edge: Edge, offset: (id: string) => Point): { from: Point; to: Point } | undefined {
    const a = this.document.nodes.get(edge.from.node);
    const b = this.document.nodes.get(edge.to.node);
    if (!a || !b) return undefined;
    const from = outputOffset(this.#shapes.get(a.id)!, edge.from.port);
    const to = inputOffset(this.#shapes.get(b.id)!, edge.to.port);
    const da = offset(a.id);
    const db = offset(b.id);
    return { from: { x: a.x + from.x + da.x, y: a.y + from.y + da.y }, to: { x: b.x + to.x + db.x, y: b.y + to.y + db.y } };
  }

  /** The nearest node from another, or from a point, in a direction, by distance with sideways counted double. */
  neighbour(id: string | Point, direction: 'left' | 'right' | 'up' | 'down'): string | undefined {
    const from = typeof id === 'string' ? this.#centre(id) : id;
    let best: string | undefined;
    let least = Infinity;
    for (const other of this.document.nodes.keys()) {
      if (other === id) continue;
      const to = this.#centre(other);
      const dx = to.x - from.x;
      const dy = to.y - from.y;
      const along = direction === 'left' ? -dx : direction === 'right' ? dx : direction === 'up' ? -dy : dy;
      const across = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
      const distance = along + across * 2;
      if (along > 0 && distance < least) {
        least = distance;
        best = other;
      }
    }
    return best;
  }

  #centre(id: string): Point {
    const box = this.box(id)!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  #put(id: string, box: Box): void {
    for (let column = Math.floor(box.x / CELL); column <= Math.floor((box.x + box.width) / CELL); column++) {
      for (let row = Math.floor(box.y / CELL); row <= Math.floor((box.y + box.height) / CELL); row++) {
        const key = `${column},${row}`;
        const cell = this.#cells.get(key);
        if (cell) cell.add(id);
        else this.#cells.set(key, new Set([id]));
      }
    }
  }

  *#near(area: Box): Iterable<Iterable<string>> {
    for (let column = Math.floor(area.x / CELL); column <= Math.floor((area.x + area.width) / CELL); column++) {
      for (let row = Math.floor(area.y / CELL); row <= Math.floor((area.y + area.height) / CELL); row++) {
        const cell = this.#cells.get(`${column},${row}`);
        if (cell) yield cell;
      }
    }
  }
}
