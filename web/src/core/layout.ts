import type { Command } from './commands';
import type { Geometry } from './geometry';

/** The command that arranges all nodes from left to right. The layout library is loaded when it is first asked for. */
export async function arrange(geometry: Geometry): Promise<Command> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 90 });
  graph.setDefaultEdgeLabel(() => ({}));
  const { document } = geometry;
  for (const id of document.nodes.keys()) graph.setNode(id, { width: geometry.box(id)!.width, height: geometry.box(id)!.height });
  for (const { from, to } of document.edges.values()) if (document.nodes.has(from.node) && document.nodes.has(to.node)) graph.setEdge(from.node, to.node);
  layout(graph);
  const places = [...document.nodes.keys()].map((id) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: Math.round(x - geometry.box(id)!.width / 2), y: Math.round(y - geometry.box(id)!.height / 2) };
  });
  return { kind: 'nodes.move', places };
}
