import type { Command } from './commands';
import { addAnnotations, annotations } from './annotations';
import { freshId, graphOf, instanceType, isBorder, readDocument, writeDocument, writeSubgraph, type Edge, type GraphNode, type WorkflowDocument } from './document';
import { isObject, parseJson, writeJson, type JsonObject } from './json';
import { uses } from './levels';
import { freshGraphId } from './subgraphs';

const graphsOf = (root: WorkflowDocument, nodes: Iterable<GraphNode>): Set<string> => {
  const all = new Set<string>();
  for (const node of nodes) {
    const id = graphOf(node.type);
    if (id !== undefined) uses(root, id, all);
  }
  return all;
};

/** Some nodes of a level with the wires between them and the subgraphs they use, as the text of a VTXW document: it can be pasted into an editor too. */
export function copy(level: WorkflowDocument, ids: ReadonlySet<string>): string {
  const nodes = new Map([...level.nodes].filter(([id]) => ids.has(id) && !(level.ports && isBorder(id))));
  const edges = new Map([...level.edges].filter(([, edge]) => nodes.has(edge.from.node) && nodes.has(edge.to.node)));
  const used = graphsOf(level, nodes.values());
  const subgraphs = new Map([...level.subgraphs].filter(([id]) => used.has(id)));
  const { inputs: _, ui: __, ...rest } = level.ports ? { vtxw_version: '1.0', inputs: undefined, ui: undefined } : level.rest;
  return writeJson(writeDocument({ nodes, edges, name: level.name, meta: level.ports ? {} : level.meta, rest, subgraphs }));
}

const textOf = (graph: WorkflowDocument): string => writeJson(writeSubgraph(graph));

/**
 * The commands that put copied nodes into a level under new ids, moved by (dx, dy); nothing when the text holds none.
 * A subgraph that is there already is shared; one of another content, or one that would then contain itself, comes as a definition of its own.
 * @param around the definitions that the level is in, itself among them
 */
export function paste(level: WorkflowDocument, text: string, dx: number, dy: number, around: readonly string[] = []): { root: Command; here: Command; ids: string[] } | undefined {
  let brought: WorkflowDocument;
  try {
    brought = readDocument(parseJson(text));
  } catch {
    return undefined; // whatever else lies on the clipboard
  }
  if (brought.nodes.size === 0) return undefined;
  const graphs = new Map<string, string>();
  const fresh = new Set<string>();
  const used = graphsOf(brought, brought.nodes.values());
  // What is shared must be the same all the way down.
  const shares = (id: string): boolean => {
    const there = level.subgraphs.get(id);
    return there !== undefined && !around.includes(id) && textOf(there) === textOf(brought.subgraphs.get(id)!);
  };
  for (const id of used) {
    if (!brought.subgraphs.has(id)) continue;
    if ([...uses(brought, id)].every((one) => !brought.subgraphs.has(one) || shares(one))) continue;
    const name = level.subgraphs.has(id) ? freshGraphId(level, fresh) : id;
    fresh.add(name);
    graphs.set(id, name);
  }
  const renamed = (node: GraphNode): GraphNode => {
    const name = graphs.get(graphOf(node.type) ?? '');
    return name === undefined ? node : { ...node, type: instanceType(name) };
  };
  const definitions = [...graphs].map(([id, name]): Command => {
    const graph = brought.subgraphs.get(id)!;
    return { kind: 'graph.set', id: name, graph: { ...graph, nodes: new Map([...graph.nodes].map(([key, node]) => [key, renamed(node)])) } };
  });
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const id of brought.nodes.keys()) {
    const next = freshId(level, taken);
    taken.add(next);
    names.set(id, next);
  }
  const nodes: GraphNode[] = [...brought.nodes.values()].map((node) => ({ ...renamed(node), id: names.get(node.id)!, x: node.x + dx, y: node.y + dy }));
  const edges: Edge[] = [...brought.edges.values()].flatMap((edge) => {
    const from = names.get(edge.from.node);
    const to = names.get(edge.to.node);
    return from && to ? [{ from: { node: from, port: edge.from.port }, to: { node: to, port: edge.to.port } }] : [];
  });
  return {
    root: { kind: 'batch', commands: definitions },
    here: { kind: 'batch', commands: [{ kind: 'nodes.add', nodes }, { kind: 'edges.add', edges }] },
    ids: [...taken],
  };
}

/** A copied text with some groups and notes in place of all of its document's. */
export function withNotes(text: string, ui: JsonObject): string {
  const { ui: _, ...others } = parseJson(text) as JsonObject;
  return writeJson(Object.keys(ui).length > 0 ? { ...others, ui } : others);
}

/** The command that puts copied groups and notes into a document; nothing when the text holds none. */
export function pasteNotes(document: WorkflowDocument, text: string, dx: number, dy: number): { command: Command; ids: string[] } | undefined {
  let ui: unknown;
  try {
    const read = parseJson(text);
    ui = isObject(read) ? read.ui : undefined;
  } catch {
    return undefined;
  }
  const brought = isObject(ui) ? annotations({ ...document, rest: { ui } }) : [];
  return brought.length === 0 ? undefined : addAnnotations(document, brought.map(({ id: _, ...one }) => ({ ...one, x: one.x + dx, y: one.y + dy })));
}
