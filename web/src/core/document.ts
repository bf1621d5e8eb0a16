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

/** A port of a subgraph. */
export interface GraphPort {
  readonly name: string;
  readonly type: string;
}

/** What a subgraph is to those who use it. */
export interface GraphPorts {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/**
 * A workflow document, or one of its subgraphs. Immutable: commands make new ones that share what did not change.
 * A subgraph has `ports`, and among its nodes {@link GRAPH_INPUT} and {@link GRAPH_OUTPUT}, which files name in edges only.
 */
export interface WorkflowDocument {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Edges by {@link inputKey} of the input they lead to: an input has at most one. */
  readonly edges: ReadonlyMap<string, Edge>;
  readonly name: string;
  readonly meta: JsonObject;
  readonly rest: JsonObject;
  /** The definitions of subgraphs by id. They are all the workflow's own: a definition holds none. */
  readonly subgraphs: ReadonlyMap<string, WorkflowDocument>;
  readonly ports?: GraphPorts;
}

/** The node of a subgraph that gives what the subgraph is given. */
export const GRAPH_INPUT = '$in';
/** The node of a subgraph that takes what the subgraph gives. */
export const GRAPH_OUTPUT = '$out';
const SUBGRAPH = 'subgraph:';

export const isBorder = (id: string): boolean => id === GRAPH_INPUT || id === GRAPH_OUTPUT;
/** The subgraph that a type names; nothing for other types. */
export const graphOf = (type: string): string | undefined => (type.startsWith(SUBGRAPH) ? type.slice(SUBGRAPH.length) : undefined);
export const instanceType = (graph: string): string => SUBGRAPH + graph;

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

export const emptyDocument = (name = ''): WorkflowDocument => ({ nodes: new Map(), edges: new Map(), name, meta: {}, rest: { vtxw_version: '1.0' }, subgraphs: new Map() });

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

function readParts(nodes: Json | undefined, edges: Json | undefined): Pick<WorkflowDocument, 'nodes' | 'edges'> {
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
  return { nodes: byId, edges: byInput };
}

const BORDER_GAP = 340;

/** The nodes of a subgraph with its two borders, which files give no place: before the leftmost node and after the rightmost. */
export function withBorders(nodes: ReadonlyMap<string, GraphNode>): Map<string, GraphNode> {
  const all = [...nodes.values()].filter((node) => !isBorder(node.id));
  const xs = all.map((node) => node.x);
  const top = all.length > 0 ? Math.min(...all.map((node) => node.y)) : 0;
  const border = (id: string, x: number): GraphNode => ({ id, type: id, inputs: {}, mode: 'active', x, y: top, ui: {}, rest: {} });
  return new Map([
    [GRAPH_INPUT, border(GRAPH_INPUT, all.length > 0 ? Math.min(...xs) - BORDER_GAP : 0)],
    ...all.map((node) => [node.id, node] as const),
    [GRAPH_OUTPUT, border(GRAPH_OUTPUT, all.length > 0 ? Math.max(...xs) + BORDER_GAP : BORDER_GAP)],
  ]);
}

function readSubgraph(value: Json | undefined, id: string): WorkflowDocument {
  if (!isObject(value)) throw new DocumentError('document.node', id);
  const { nodes, edges, name, inputs, outputs, ...rest } = value;
  const ports = (list: Json | undefined): GraphPort[] =>
    Array.isArray(list) ? list.filter(isObject).map((one) => ({ name: String(one.name), type: typeof one.type === 'string' ? one.type : '*' })) : [];
  const parts = readParts(nodes, edges);
  return { nodes: withBorders(parts.nodes), edges: parts.edges, name: typeof name === 'string' ? name : '', meta: {}, rest, subgraphs: new Map(), ports: { inputs: ports(inputs), outputs: ports(outputs) } };
}

/** Reads a VTXW document. Edges to nodes that are not there are kept for the server to complain about. @throws DocumentError */
export function readDocument(value: Json): WorkflowDocument {
  if (!isObject(value)) throw new DocumentError('document.not_object');
  const { nodes, edges, meta, subgraphs, ...rest } = value;
  const parts = readParts(nodes, edges);
  const { name, ...otherMeta } = isObject(meta) ? meta : {};
  const graphs = isObject(subgraphs) ? Object.entries(subgraphs).map(([id, graph]) => [id, readSubgraph(graph, id)] as const) : [];
  return { ...parts, name: typeof name === 'string' && name !== UNTITLED ? name : '', meta: otherMeta, rest: { vtxw_version: '1.0', ...rest }, subgraphs: new Map(graphs) };
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

/** Members by name, so that the order they were set in shows nowhere. */
const sorted = ({ vtxw_version, ...others }: JsonObject): JsonObject => ({ vtxw_version, ...Object.fromEntries(Object.entries(others).sort(([a], [b]) => order(a, b))) });

const writeParts = (document: WorkflowDocument): JsonObject => ({
  nodes: [...document.nodes.values()].filter((node) => !document.ports || !isBorder(node.id)).sort((a, b) => order(a.id, b.id)).map(writeNode),
  edges: [...document.edges.entries()].sort(([a], [b]) => order(a, b)).map(([, edge]) => ({ from: { ...edge.from }, to: { ...edge.to } })),
});

export const writeSubgraph = (graph: WorkflowDocument): JsonObject => ({
  ...graph.rest,
  name: graph.name || UNTITLED,
  inputs: (graph.ports?.inputs ?? []).map((port) => ({ ...port })),
  outputs: (graph.ports?.outputs ?? []).map((port) => ({ ...port })),
  ...writeParts(graph),
});

/** Writes VTXW with nodes sorted by id, edges by their ends and constants by name, so that equal documents are equal texts. */
export function writeDocument(document: WorkflowDocument): JsonObject {
  return {
    ...sorted(document.rest),
    meta: { ...document.meta, name: document.name || UNTITLED },
    ...writeParts(document),
    ...(document.subgraphs.size > 0 ? { subgraphs: Object.fromEntries([...document.subgraphs].sort(([a], [b]) => order(a, b)).map(([id, graph]) => [id, writeSubgraph(graph)])) } : {}),
  };
}

/** The first whole number that is no node's id yet, from `after` on. */
export function freshId(document: WorkflowDocument, taken: ReadonlySet<string> = new Set()): string {
  let next = document.nodes.size + taken.size + 1;
  while (document.nodes.has(String(next)) || taken.has(String(next))) next++;
  return String(next);
}
