import type { Command } from './commands';
import { freshId, readDocument, writeDocument, type Edge, type GraphNode, type WorkflowDocument } from './document';
import { parseJson, writeJson } from './json';

/** Some nodes with the wires between them, as the text of a VTXW document: it can be pasted into an editor too. */
export function copy(document: WorkflowDocument, ids: ReadonlySet<string>): string {
  const nodes = new Map([...document.nodes].filter(([id]) => ids.has(id)));
  const edges = new Map([...document.edges].filter(([, edge]) => ids.has(edge.from.node) && ids.has(edge.to.node)));
  return writeJson(writeDocument({ ...document, nodes, edges }));
}

/** The command that puts copied nodes into a document under new ids, moved by (dx, dy); nothing when the text holds none. */
export function paste(document: WorkflowDocument, text: string, dx: number, dy: number): { command: Command; ids: string[] } | undefined {
  let brought: WorkflowDocument;
  try {
    brought = readDocument(parseJson(text));
  } catch {
    return undefined; // whatever else lies on the clipboard
  }
  if (brought.nodes.size === 0) return undefined;
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const id of brought.nodes.keys()) {
    const fresh = freshId(document, taken);
    taken.add(fresh);
    names.set(id, fresh);
  }
  const nodes: GraphNode[] = [...brought.nodes.values()].map((node) => ({ ...node, id: names.get(node.id)!, x: node.x + dx, y: node.y + dy }));
  const edges: Edge[] = [...brought.edges.values()].flatMap((edge) => {
    const from = names.get(edge.from.node);
    const to = names.get(edge.to.node);
    return from && to ? [{ from: { node: from, port: edge.from.port }, to: { node: to, port: edge.to.port } }] : [];
  });
  return { command: { kind: 'batch', commands: [{ kind: 'nodes.add', nodes }, { kind: 'edges.add', edges }] }, ids: [...taken] };
}
