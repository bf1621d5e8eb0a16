import { typeOf, type Catalog } from './catalog';
import type { Command } from './commands';
import { GRAPH_INPUT, GRAPH_OUTPUT, type Edge, type GraphNode, type GraphPort, type GraphPorts, type WorkflowDocument } from './document';
import { isObject, type Json, type JsonObject } from './json';
import { instancesOf } from './levels';
import { freshName, outputName } from './subgraphs';
import { inputsCommand, inputsOf } from './workflow-inputs';

export type Side = 'input' | 'output';

const inside = (graph: string | undefined, command: Command): Command => (graph === undefined ? command : { kind: 'in', graph, command });
const batch = (commands: readonly Command[]): Command => ({ kind: 'batch', commands });
const listOf = (ports: GraphPorts, side: Side): readonly GraphPort[] => (side === 'input' ? ports.inputs : ports.outputs);
const withList = (ports: GraphPorts, side: Side, list: readonly GraphPort[]): GraphPorts => (side === 'input' ? { ...ports, inputs: list } : { ...ports, outputs: list });

/** Makes an open input or an output of a node inside a port of its subgraph. @returns nothing when the port is not there or the input is fed already. */
export function exposePort(catalog: Catalog, root: WorkflowDocument, graph: string, node: string, port: string, side: Side): { command: Command; name: string } | undefined {
  const level = root.subgraphs.get(graph);
  const owner = level?.nodes.get(node);
  if (!level?.ports || !owner) return undefined;
  const type = typeOf(catalog, { ...level, subgraphs: root.subgraphs }, owner);
  const found = (side === 'input' ? type.inputs : type.outputs).find((one) => one.name === port);
  if (!found || (side === 'input' && level.edges.has(`${node}\n${port}`))) return undefined;
  const list = listOf(level.ports, side);
  const name = freshName(port, list.map((one) => one.name));
  const edge: Edge = side === 'input' ? { from: { node: GRAPH_INPUT, port: name }, to: { node, port } } : { from: { node, port }, to: { node: GRAPH_OUTPUT, port: name } };
  const ports = withList(level.ports, side, [...list, { name, type: found.type }]);
  return { command: inside(graph, batch([{ kind: 'ports.set', ports }, { kind: 'edges.add', edges: [edge] }])), name };
}

/** The edges of a level that meet a port of an instance, with outputs named by position counted too. */
function edgesAt(catalog: Catalog, root: WorkflowDocument, graph: string | undefined, node: string, port: string, side: Side): Edge[] {
  const level = graph === undefined ? root : root.subgraphs.get(graph)!;
  const view = { ...level, subgraphs: root.subgraphs };
  return [...level.edges.values()].filter((edge) => (side === 'input' ? edge.to.node === node && edge.to.port === port : edge.from.node === node && outputName(catalog, view, edge) === port));
}

/** The edges inside a definition that meet one of its ports. */
function borderEdges(catalog: Catalog, root: WorkflowDocument, graph: string, port: string, side: Side): Edge[] {
  return edgesAt(catalog, root, graph, side === 'input' ? GRAPH_INPUT : GRAPH_OUTPUT, port, side === 'input' ? 'output' : 'input');
}

/** Takes a port away, with the wires and values that met it inside and at every instance. */
export function removePort(catalog: Catalog, root: WorkflowDocument, graph: string, side: Side, name: string): Command {
  const level = root.subgraphs.get(graph);
  if (!level?.ports) return batch([]);
  const commands: Command[] = [inside(graph, { kind: 'edges.remove', edges: borderEdges(catalog, root, graph, name, side) })];
  for (const { graph: outer, node } of instancesOf(root, graph)) {
    commands.push(inside(outer, { kind: 'edges.remove', edges: edgesAt(catalog, root, outer, node.id, name, side) }));
    if (side === 'input' && node.inputs[name] !== undefined) commands.push(inside(outer, { kind: 'input.set', id: node.id, port: name, value: undefined }));
    const repeat = changedRepeat(node, side, name, undefined);
    if (repeat) commands.push(inside(outer, repeat));
  }
  const ids = new Set(instancesOf(root, graph).filter((one) => one.graph === undefined).map((one) => one.node.id));
  const inputs = inputsOf(root);
  if (side === 'input' && inputs.some((one) => one.targets.some((target) => ids.has(target.node) && target.port === name))) {
    commands.push(inputsCommand(inputs.map((one) => ({ ...one, targets: one.targets.filter((target) => !(ids.has(target.node) && target.port === name)) }))));
  }
  commands.push(inside(graph, { kind: 'ports.set', ports: withList(level.ports, side, listOf(level.ports, side).filter((one) => one.name !== name)) }));
  return batch(commands);
}

/** Gives a port another name, everywhere. @returns nothing when the name is empty or taken. */
export function renamePort(catalog: Catalog, root: WorkflowDocument, graph: string, side: Side, name: string, next: string): Command | undefined {
  const level = root.subgraphs.get(graph);
  if (!level?.ports || next === '' || listOf(level.ports, side).some((one) => one.name === next)) return undefined;
  const list = listOf(level.ports, side).map((one) => (one.name === name ? { ...one, name: next } : one));
  const renamed = (edges: Edge[], end: 'from' | 'to'): Command =>
    batch([{ kind: 'edges.remove', edges }, { kind: 'edges.add', edges: edges.map((edge) => ({ ...edge, [end]: { ...edge[end], port: next } })) }]);
  const commands: Command[] = [
    inside(graph, { kind: 'ports.set', ports: withList(level.ports, side, list) }),
    inside(graph, renamed(borderEdges(catalog, root, graph, name, side), side === 'input' ? 'from' : 'to')),
  ];
  for (const { graph: outer, node } of instancesOf(root, graph)) {
    commands.push(inside(outer, renamed(edgesAt(catalog, root, outer, node.id, name, side), side === 'input' ? 'to' : 'from')));
    if (side === 'input' && node.inputs[name] !== undefined) {
      commands.push(inside(outer, { kind: 'input.set', id: node.id, port: next, value: node.inputs[name] }), inside(outer, { kind: 'input.set', id: node.id, port: name, value: undefined }));
    }
    const repeat = changedRepeat(node, side, name, next);
    if (repeat) commands.push(inside(outer, repeat));
  }
  const ids = new Set(instancesOf(root, graph).filter((one) => one.graph === undefined).map((one) => one.node.id));
  const inputs = inputsOf(root);
  const hit = (target: { node: string; port: string }): boolean => side === 'input' && ids.has(target.node) && target.port === name;
  if (inputs.some((one) => one.targets.some(hit))) commands.push(inputsCommand(inputs.map((one) => ({ ...one, targets: one.targets.map((target) => (hit(target) ? { ...target, port: next } : target)) }))));
  return batch(commands);
}

/** Moves a port up or down among its kind. Outputs named by position get their names first, so that wires stay where they are. */
export function movePort(catalog: Catalog, root: WorkflowDocument, graph: string, side: Side, name: string, by: -1 | 1): Command | undefined {
  const level = root.subgraphs.get(graph);
  if (!level?.ports) return undefined;
  const list = [...listOf(level.ports, side)];
  const at = list.findIndex((one) => one.name === name);
  const [moved, other] = [list[at], list[at + by]];
  if (!moved || !other) return undefined;
  list[at] = other;
  list[at + by] = moved;
  const named = (outer: string | undefined, node: string): Command => {
    const view = { ...(outer === undefined ? root : root.subgraphs.get(outer)!), subgraphs: root.subgraphs };
    const byPlace = [...view.edges.values()].filter((edge) => edge.from.node === node && edge.from.port.startsWith('#'));
    return inside(outer, { kind: 'edges.add', edges: byPlace.map((edge) => ({ ...edge, from: { node, port: outputName(catalog, view, edge) } })) });
  };
  const commands: Command[] = side === 'input' ? [named(graph, GRAPH_INPUT)] : instancesOf(root, graph).map(({ graph: outer, node }) => named(outer, node.id));
  return batch([...commands, inside(graph, { kind: 'ports.set', ports: withList(level.ports, side, list) })]);
}

/** What a loop says of a port, under its new name or without it. */
function changedRepeat(node: GraphNode, side: Side, name: string, next: string | undefined): Command | undefined {
  const { repeat } = node.rest;
  if (!isObject(repeat)) return undefined;
  const key = side === 'input' ? 'input' : 'output';
  const carry = (Array.isArray(repeat.carry) ? repeat.carry : []) as readonly Json[];
  const carried = carry.flatMap((one): Json[] => (!isObject(one) || one[key] !== name ? [one] : next === undefined ? [] : [{ ...one, [key]: next }]));
  const counts = side === 'input' && repeat.index_port === name;
  if (!counts && carried.every((one, at) => one === carry[at]) && carried.length === carry.length) return undefined;
  const { index_port: _, ...others } = repeat;
  const changed: JsonObject = { ...(counts ? others : repeat), ...(counts && next !== undefined ? { index_port: next } : {}), ...(carry.length > 0 ? { carry: carried } : {}) };
  return { kind: 'node.patch', id: node.id, patch: { rest: { ...node.rest, repeat: changed } } };
}
