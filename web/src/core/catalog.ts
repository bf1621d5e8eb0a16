import type { GraphNode, WorkflowDocument } from './document';
import { isObject, type Json } from './json';

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

const SUBGRAPH = 'subgraph:';

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

function ofSubgraph(document: WorkflowDocument, name: string): NodeType | undefined {
  const all = document.rest.subgraphs;
  const graph = isObject(all) ? all[name] : undefined;
  if (!isObject(graph)) return undefined;
  const ports = (value: Json | undefined): NodeInput[] =>
    Array.isArray(value) ? value.filter(isObject).map((one) => ({ name: String(one.name), type: typeof one.type === 'string' ? one.type : '*' })) : [];
  return { name: SUBGRAPH + name, display_name: typeof graph.name === 'string' ? graph.name : name, inputs: ports(graph.inputs), outputs: ports(graph.outputs), is_executable: true };
}

/** What a node of a document can do. Never fails: an unknown type gets the ports that are used. */
export function typeOf(catalog: Catalog, document: WorkflowDocument, node: GraphNode): NodeType {
  return (node.type.startsWith(SUBGRAPH) ? ofSubgraph(document, node.type.slice(SUBGRAPH.length)) : catalog.get(node.type)) ?? guess(document, node);
}

export const isKnown = (catalog: Catalog, node: GraphNode): boolean => node.type.startsWith(SUBGRAPH) || catalog.has(node.type);

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
