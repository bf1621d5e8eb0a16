import type { Command } from './commands';
import type { Geometry } from './geometry';

/**
 * The command that arranges all nodes, or some, from left to right. Some stay where they are as a whole: their common corner keeps its place.
 * The layout library is loaded when it is first asked for.
 */
export async function arrange(geometry: Geometry, only?: ReadonlySet<string>): Promise<Command> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 90 });
  graph.setDefaultEdgeLabel(() => ({}));
  const { document } = geometry;
  const ids = [...document.nodes.keys()].filter((id) => !only || only.has(id));
  const taken = new Set(ids);
  for (const id of ids) graph.setNode(id, { width: geometry.box(id)!.width, height: geometry.box(id)!.height });
  for (const { from, to } of document.edges.values()) if (taken.has(from.node) && taken.has(to.node)) graph.setEdge(from.node, to.node);
  layout(graph);
  const places = ids.map((id) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: Math.round(x - geometry.box(id)!.width / 2), y: Math.round(y - geometry.box(id)!.height / 2) };
  });
  if (!only) return { kind: 'nodes.move', places };
  const before = geometry.bounds(ids);
  const dx = (before?.x ?? 0) - Math.min(...places.map((place) => place.x));
  const dy = (before?.y ?? 0) - Math.min(...places.map((place) => place.y));
  return { kind: 'nodes.move', places: places.map(({ id, x, y }) => ({ id, x: x + dx, y: y + dy })) };
}
