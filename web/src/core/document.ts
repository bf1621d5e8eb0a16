import { isObject, type Json, type JsonObject } from './json';

/** One end of an edge. */
export interface PortRef {
  readonly node: string;
  readonly port: string;
}

export interface Edge {
  readonly from: PortRef;
  readonly to: PortRef;
}

export type NodeMode = 'active' | 'muted' | 'bypassed';

/** A node. `rest` keeps the members the studio does not know, so that saving loses nothing. */
export interface GraphNode {
  readonly id: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly mode: NodeMode;
  readonly x: number;
  readonly y: number;
  readonly title?: string;
  readonly ui: JsonObject;
  readonly rest: JsonObject;
}

/** A workflow document. Immutable: commands make new ones that share what did not change. */
export interface WorkflowDocument {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Edges by {@link inputKey} of the input they lead to: an input has at most one. */
  readonly edges: ReadonlyMap<string, Edge>;
  readonly name: string;
  readonly meta: JsonObject;
  readonly rest: JsonObject;
}

/** Why a text is no document. `code` is a key of the message catalog. */
export class DocumentError extends Error {
  constructor(
    readonly code: 'document.not_object' | 'document.nodes' | 'document.node' | 'document.edge' | 'document.duplicate',
    readonly place = '',
  ) {
    super(`${code} ${place}`);
  }
}

/** What a document without a name is called in files: the format wants one. */
export const UNTITLED = 'Untitled';

export const inputKey = (node: string, port: string): string => `${node}\n${port}`;

export const emptyDocument = (name = ''): WorkflowDocument => ({ nodes: new Map(), edges: new Map(), name, meta: {}, rest: { vtxw_version: '1.0' } });

const finite = (value: Json | undefined, fallback: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : fallback);

function readNode(value: Json, at: number): GraphNode {
  if (!isObject(value) || typeof value.id !== 'string' || value.id === '' || typeof value.type !== 'string') throw new DocumentError('document.node', String(at));
  const { id, type, inputs, mode, ui, ...rest } = value;
  const { x, y, title, ...more } = isObject(ui) ? ui : {};
  // A file without places still opens readably: a column each of ten.
  return {
    id,
    type,
    inputs: isObject(inputs) ? inputs : {},
    mode: mode === 'muted' || mode === 'bypassed' ? mode : 'active',
    x: finite(x, Math.floor(at / 10) * 300),
    y: finite(y, (at % 10) * 240),
    ...(typeof title === 'string' && title !== '' ? { title } : {}),
    ui: more,
    rest,
  };
}

function readEdge(value: Json, at: number): Edge {
  const end = (one: Json | undefined): PortRef => {
    if (!isObject(one) || typeof one.node !== 'string' || typeof one.port !== 'string') throw new DocumentError('document.edge', String(at));
    return { node: one.node, port: one.port };
  };
  if (!isObject(value)) throw new DocumentError('document.edge', String(at));
  return { from: end(value.from), to: end(value.to) };
}

/** Reads a VTXW document. Edges to nodes that are not there are kept for the server to complain about. @throws DocumentError */
export function readDocument(value: Json): WorkflowDocument {
  if (!isObject(value)) throw new DocumentError('document.not_object');
  const { nodes, edges, meta, ...rest } = value;
  if (nodes !== undefined && !Array.isArray(nodes)) throw new DocumentError('document.nodes');
  if (edges !== undefined && !Array.isArray(edges)) throw new DocumentError('document.nodes');
  const byId = new Map<string, GraphNode>();
  ((nodes ?? []) as readonly Json[]).forEach((one, at) => {
    const node = readNode(one, at);
    if (byId.has(node.id)) throw new DocumentError('document.duplicate', node.id);
    byId.set(node.id, node);
  });
  const byInput = new Map<string, Edge>();
  ((edges ?? []) as readonly Json[]).forEach((one, at) => {
    const edge = readEdge(one, at);
    byInput.set(inputKey(edge.to.node, edge.to.port), edge);
  });
  const { name, ...otherMeta } = isObject(meta) ? meta : {};
  return { nodes: byId, edges: byInput, name: typeof name === 'string' && name !== UNTITLED ? name : '', meta: otherMeta, rest: { vtxw_version: '1.0', ...rest } };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function writeNode(node: GraphNode): JsonObject {
  return {
    ...node.rest,
    id: node.id,
    type: node.type,
    ...(Object.keys(node.inputs).length > 0 ? { inputs: Object.fromEntries(Object.entries(node.inputs).sort(([a], [b]) => order(a, b))) } : {}),
    ...(node.mode === 'active' ? {} : { mode: node.mode }),
    ui: { ...node.ui, x: node.x, y: node.y, ...(node.title ? { title: node.title } : {}) },
  };
}

/** Writes VTXW with nodes sorted by id, edges by their ends and constants by name, so that equal documents are equal texts. */
export function writeDocument(document: WorkflowDocument): JsonObject {
  return {
    ...document.rest,
    meta: { ...document.meta, name: document.name || UNTITLED },
    nodes: [...document.nodes.values()].sort((a, b) => order(a.id, b.id)).map(writeNode),
    edges: [...document.edges.entries()].sort(([a], [b]) => order(a, b)).map(([, edge]) => ({ from: { ...edge.from }, to: { ...edge.to } })),
  };
}

/** The first whole number that is no node's id yet, from `after` on. */
export function freshId(document: WorkflowDocument, taken: ReadonlySet<string> = new Set()): string {
  let next = document.nodes.size + taken.size + 1;
  while (document.nodes.has(String(next)) || taken.has(String(next))) next++;
  return String(next);
}
