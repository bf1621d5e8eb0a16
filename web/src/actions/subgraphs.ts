import { app } from '../app';
import type { Command } from '../core/commands';
import { GRAPH_INPUT, graphOf, instanceType, isBorder } from '../core/document';
import { instancesOf, unusedGraphs } from '../core/levels';
import { exposePort, movePort, removePort, renamePort, type Side } from '../core/ports';
import { between, freshGraphId, freshName, makeSubgraph, unpack } from '../core/subgraphs';
import { page } from './page';

const batch = (commands: readonly Command[]): Command => ({ kind: 'batch', commands });

/** Makes a subgraph of what is selected. */
export function makeFromSelection(): void {
  const { document: level, root, catalog } = app.editor.value;
  const ids = new Set(app.editor.targets().filter((id) => !level.ports || !isBorder(id)));
  if (ids.size === 0) return app.warn('level.nothing');
  const caught = between(level, ids).map((id) => app.nodeName(id));
  if (caught.length > 0) return app.warn('level.between', { nodes: caught.slice(0, 3).join(', ') });
  const id = freshGraphId(root);
  const name = freshName(app.t('level.new'), [...root.subgraphs.values()].map((graph) => graph.name));
  const made = makeSubgraph(catalog, level, ids, id, name);
  app.editor.doRoot(batch([{ kind: 'graph.set', id, graph: made.graph }, app.editor.here(made.here)]));
  app.editor.select([made.instance], made.instance);
  app.say('level.made', { name, count: ids.size });
}

/** Puts the nodes of the focused instance in its place. */
export function unpackFocused(id = app.editor.value.focus): void {
  const { document: level, catalog } = app.editor.value;
  const node = app.editor.node(id);
  if (!node || graphOf(node.type) === undefined) return app.warn('level.noInstance');
  const name = app.nodeName(node.id);
  const made = unpack(catalog, level, node.id);
  if (made === undefined) return app.warn('level.noInstance');
  if (made === 'loop') return app.warn('level.loop');
  app.editor.do(made.command);
  app.editor.select(made.ids, made.ids[0]);
  app.say('level.unpacked', { name, count: made.ids.length });
}

/** Gives an instance a definition of its own, so that changes in it show nowhere else. */
export function detach(id: string): void {
  const { root } = app.editor.value;
  const node = app.editor.node(id);
  const graph = node && root.subgraphs.get(graphOf(node.type) ?? '');
  if (!node || !graph) return;
  const own = freshGraphId(root);
  const name = freshName(graph.name, [...root.subgraphs.values()].map((one) => one.name));
  const { edges } = app.editor.value.document;
  const mine = [...edges.values()].filter((edge) => edge.from.node === id || edge.to.node === id);
  // A node keeps its type for life; it is taken out and put in again under the same id.
  app.editor.doRoot(batch([
    { kind: 'graph.set', id: own, graph: { ...graph, name } },
    app.editor.here(batch([{ kind: 'nodes.remove', ids: [id] }, { kind: 'nodes.add', nodes: [{ ...node, type: instanceType(own) }] }, { kind: 'edges.add', edges: mine }])),
  ]));
  app.say('level.detached', { name });
}

/** Goes one level out, with the focus on the instance that was left. */
export function leaveLevel(): void {
  const { path, root } = app.editor.value;
  if (path.length === 0) return;
  app.editor.leave();
  const outer = app.editor.graph();
  app.say('level.left', { name: (outer === undefined ? root.name : root.subgraphs.get(outer)?.name) || app.t('level.top') });
  requestAnimationFrame(() => app.editor.value.focus !== undefined && page.canvas?.reveal(app.editor.value.focus));
}

/** Takes definitions out that nothing uses. */
export function deleteUnused(): void {
  const unused = unusedGraphs(app.editor.value.root);
  app.editor.doRoot(batch(unused.map((id) => ({ kind: 'graph.set', id, graph: undefined }))));
  app.warn('level.deleted', { count: unused.length }, false);
}

/** The subgraphs that may be used at the level that is shown, for the palette. */
export function usableGraphs(): { id: string; name: string }[] {
  const { root } = app.editor.value;
  const around = new Set(app.editor.graphs());
  const leads = (id: string, seen = new Set<string>()): boolean => {
    if (around.has(id)) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return [...(root.subgraphs.get(id)?.nodes.values() ?? [])].some((node) => leads(graphOf(node.type) ?? '', seen));
  };
  return [...root.subgraphs].filter(([id]) => !leads(id)).map(([id, graph]) => ({ id, name: graph.name || id }));
}

/** Makes an input or an output of a node a port of the subgraph that is shown. */
export function expose(node: string, port: string, side: Side): boolean {
  const { root, catalog } = app.editor.value;
  const graph = app.editor.graph();
  const made = graph === undefined ? undefined : exposePort(catalog, root, graph, node, port, side);
  if (!made) return false;
  app.editor.doRoot(made.command);
  app.say('level.exposed', { name: made.name });
  return true;
}

export function unexpose(graph: string, side: Side, name: string): void {
  const { root, catalog } = app.editor.value;
  app.editor.doRoot(removePort(catalog, root, graph, side, name));
  app.say('level.unexposed', { name });
}

/** @returns whether the port has the name now */
export function renameGraphPort(graph: string, side: Side, name: string, next: string): boolean {
  const { root, catalog } = app.editor.value;
  if (name === next) return true;
  const command = renamePort(catalog, root, graph, side, name, next.trim());
  if (command) app.editor.doRoot(command);
  return command !== undefined;
}

export function moveGraphPort(graph: string, side: Side, name: string, by: -1 | 1): void {
  const { root, catalog } = app.editor.value;
  const command = movePort(catalog, root, graph, side, name, by);
  if (command) app.editor.doRoot(command);
}

/** How many nodes of the workflow are this subgraph. */
export const useCount = (graph: string): number => instancesOf(app.editor.value.root, graph).length;

/** A wire dropped on a border of the subgraph: a new port for it. */
export function exposeWire(border: string, wire: { node: string; port: string; side: Side }): boolean {
  return wire.side === (border === GRAPH_INPUT ? 'input' : 'output') && expose(wire.node, wire.port, wire.side);
}
