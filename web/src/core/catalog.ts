import { GRAPH_INPUT, GRAPH_OUTPUT, graphOf, instanceType, type GraphNode, type GraphPort, type WorkflowDocument } from './document';
import type { Json } from './json';

/** An input of a node type, as `GET /v1/node-types` gives it. */
export interface NodeInput {
  readonly name: string;
  readonly type: string;
  readonly is_required?: boolean;
  readonly default?: Json;
  readonly min?: number;
  readonly max?: number | bigint;
  readonly step?: number;
  readonly choices?: readonly string[];
  readonly model_folder?: string;
  readonly is_multiline?: boolean;
  readonly has_control_after_generate?: boolean;
  readonly shown_when?: { readonly input: string; readonly values: readonly string[] };
  readonly tooltip?: string;
  readonly is_widget?: boolean;
}

export interface NodeOutput {
  readonly name: string;
  readonly type: string;
}

export interface NodeType {
  readonly name: string;
  readonly display_name: string;
  readonly category?: string;
  readonly description?: string;
  readonly inputs: readonly NodeInput[];
  readonly outputs: readonly NodeOutput[];
  readonly is_output?: boolean;
  readonly is_executable?: boolean;
  readonly is_deprecated?: boolean;
}

export type Catalog = ReadonlyMap<string, NodeType>;

/** A type for a node whose real type nobody knows here: its ports are those its edges and constants name. */
function guess(document: WorkflowDocument, node: GraphNode): NodeType {
  const inputs = new Set(Object.keys(node.inputs));
  const outputs = new Set<string>();
  for (const edge of document.edges.values()) {
    if (edge.to.node === node.id) inputs.add(edge.to.port);
    if (edge.from.node === node.id) outputs.add(edge.from.port);
  }
  const port = (name: string): { name: string; type: string } => ({ name, type: '*' });
  return { name: node.type, display_name: node.type, inputs: [...inputs].map(port), outputs: [...outputs].map(port), is_executable: false };
}

/** What an instance of a subgraph can do. An input that feeds a field inside is a field outside too, with what it falls back to. */
function makeGraphType(catalog: Catalog, document: WorkflowDocument, id: string, around: readonly string[]): NodeType | undefined {
  const graph = document.subgraphs.get(id);
  if (!graph) return undefined;
  const inside: WorkflowDocument = { ...graph, subgraphs: document.subgraphs };
  const field = (port: GraphPort): NodeInput => {
    for (const edge of graph.edges.values()) {
      if (edge.from.node !== GRAPH_INPUT || edge.from.port !== port.name) continue;
      const node = graph.nodes.get(edge.to.node);
      // A document that contains itself is shown for what it is; the server says that it cannot run.
      const type = node && !around.includes(graphOf(node.type) ?? '') ? typeOf(catalog, inside, node, [...around, id]) : undefined;
      const input = type?.inputs.find((one) => one.name === edge.to.port);
      if (!node || !input?.is_widget) continue;
      const { shown_when: _, default: standard, ...facts } = input;
      const fallback = node.inputs[input.name] ?? standard;
      return { ...facts, name: port.name, type: port.type === '*' ? input.type : port.type, is_required: false, ...(fallback === undefined ? {} : { default: fallback }) };
    }
    return { name: port.name, type: port.type };
  };
  return { name: instanceType(id), display_name: graph.name || id, inputs: (graph.ports?.inputs ?? []).map(field), outputs: graph.ports?.outputs ?? [], is_executable: true };
}

const graphTypes = new WeakMap<Catalog, WeakMap<ReadonlyMap<string, WorkflowDocument>, Map<string, NodeType | undefined>>>();

/** The type of a subgraph's instances, made once for each state of the definitions. */
export function graphType(catalog: Catalog, document: WorkflowDocument, id: string, around: readonly string[] = []): NodeType | undefined {
  let byDefinitions = graphTypes.get(catalog);
  if (!byDefinitions) graphTypes.set(catalog, (byDefinitions = new WeakMap()));
  let known = byDefinitions.get(document.subgraphs);
  if (!known) byDefinitions.set(document.subgraphs, (known = new Map()));
  if (!known.has(id)) known.set(id, makeGraphType(catalog, document, id, [...around, id]));
  return known.get(id);
}

/** What a node of a document can do. Never fails: an unknown type gets the ports that are used. */
export function typeOf(catalog: Catalog, document: WorkflowDocument, node: GraphNode, around: readonly string[] = []): NodeType {
  if (document.ports && node.id === GRAPH_INPUT) return { name: GRAPH_INPUT, display_name: GRAPH_INPUT, inputs: [], outputs: document.ports.inputs };
  if (document.ports && node.id === GRAPH_OUTPUT) return { name: GRAPH_OUTPUT, display_name: GRAPH_OUTPUT, inputs: document.ports.outputs, outputs: [] };
  const graph = graphOf(node.type);
  return (graph === undefined ? catalog.get(node.type) : graphType(catalog, document, graph, around)) ?? guess(document, node);
}

export const isKnown = (catalog: Catalog, node: GraphNode): boolean => graphOf(node.type) !== undefined || node.type === node.id || catalog.has(node.type);

/** Whether an output of one type may feed an input of another; the rule of `docs/vtxw.md`. */
export function fits(output: string, input: string): boolean {
  const outputs = output.split(',');
  return input.split(',').some((to) => outputs.some((from) => one(from.trim(), to.trim())));
}

const PLAIN = new Set(['Text', 'Choice', 'Integer', 'Number', 'Bool']);

function one(from: string, to: string): boolean {
  return (
    from === to ||
    from === '*' ||
    to === '*' ||
    (from === 'Integer' && to === 'Number') ||
    (from === 'Text' && to === 'Choice') ||
    (from === 'Choice' && to === 'Text') ||
    ((from === 'Image' || from === 'Mask') && to === 'Tensor') ||
    (PLAIN.has(from) && to === 'Json')
  );
}

/** The place of an output by its name or by `#N`; -1 when there is none. */
export function outputIndex(type: NodeType, port: string): number {
  const byPlace = /^#(\d+)$/.exec(port);
  return byPlace ? Number(byPlace[1]) : type.outputs.findIndex((output) => output.name === port);
}

/** The inputs that exist for what the node says now. */
export function shownInputs(type: NodeType, node: GraphNode): readonly NodeInput[] {
  return type.inputs.filter((input) => {
    if (!input.shown_when) return true;
    const decides = type.inputs.find((other) => other.name === input.shown_when!.input);
    return input.shown_when.values.includes(String(node.inputs[input.shown_when.input] ?? decides?.default ?? decides?.choices?.[0] ?? ''));
  });
}

/** What an input is without an edge: its constant, else its default. */
export const valueOf = (node: GraphNode, input: NodeInput): Json | undefined => node.inputs[input.name] ?? input.default;

/** The constants a new node begins with: a choice without a default takes its first, so that a fresh node is valid where it can be. */
export function firstInputs(type: NodeType): Record<string, Json> {
  return Object.fromEntries(
    type.inputs.filter((input) => input.is_widget && !input.shown_when && input.default === undefined && input.choices?.length).map((input) => [input.name, input.choices![0]!]),
  );
}

/** Node types by how well they match words: every word must be in name, category or a port's type or name. */
export function searchTypes(catalog: Catalog, query: string, fitting?: { readonly type: string; readonly side: 'input' | 'output' }): NodeType[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored: { type: NodeType; score: number }[] = [];
  for (const type of catalog.values()) {
    if (fitting && !(fitting.side === 'output' ? type.inputs.some((input) => fits(fitting.type, input.type)) : type.outputs.some((output) => fits(output.type, fitting.type)))) continue;
    const title = type.display_name.toLowerCase();
    const name = type.name.toLowerCase();
    const rest = [type.category ?? '', ...type.inputs.flatMap((input) => [input.type, input.name]), ...type.outputs.flatMap((output) => [output.type, output.name])].join(' ').toLowerCase();
    let score = type.is_deprecated ? -3 : 0;
    if (type.is_executable === false) score -= 5;
    let all = true;
    for (const word of words) {
      if (name === word || title === word) score += 30;
      else if (title.startsWith(word) || name.startsWith(word)) score += 12;
      else if (title.includes(word) || name.includes(word)) score += 8;
      else if (rest.includes(word)) score += 1;
      else all = false;
    }
    if (all) scored.push({ type, score });
  }
  return scored.sort((a, b) => b.score - a.score || a.type.display_name.localeCompare(b.type.display_name)).map((one) => one.type);
}
