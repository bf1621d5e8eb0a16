import { outputIndex, typeOf, type Catalog } from './catalog';
import type { Command } from './commands';
import { freshId, GRAPH_INPUT, GRAPH_OUTPUT, graphOf, inputKey, instanceType, isBorder, withBorders, type Edge, type GraphNode, type GraphPort, type WorkflowDocument } from './document';
import type { JsonObject } from './json';
import { inputsOf, inputsCommand } from './workflow-inputs';

/** The first name of a row (`name`, `name 2`, …) that is not taken. */
export function freshName(wanted: string, taken: Iterable<string>): string {
  const all = new Set(taken);
  let name = wanted;
  for (let at = 2; all.has(name); at++) name = `${wanted} ${at}`;
  return name;
}

export function freshGraphId(root: WorkflowDocument, also: ReadonlySet<string> = new Set()): string {
  let at = root.subgraphs.size + 1;
  while (root.subgraphs.has(`graph-${at}`) || also.has(`graph-${at}`)) at++;
  return `graph-${at}`;
}

/** An edge's output by its name: files may name it by position. */
export function outputName(catalog: Catalog, level: WorkflowDocument, edge: Edge): string {
  const node = level.nodes.get(edge.from.node);
  const type = node && typeOf(catalog, level, node);
  return (type && type.outputs[outputIndex(type, edge.from.port)]?.name) ?? edge.from.port;
}

/** The nodes outside a selection that lie on a way out of it and back: a subgraph of it would contain a circle. */
export function between(level: WorkflowDocument, ids: ReadonlySet<string>): string[] {
  const next = new Map<string, string[]>();
  const before = new Map<string, string[]>();
  const put = (map: Map<string, string[]>, key: string, value: string): void => void map.set(key, [...(map.get(key) ?? []), value]);
  for (const { from, to } of level.edges.values()) {
    put(next, from.node, to.node);
    put(before, to.node, from.node);
  }
  const reach = (map: Map<string, string[]>): Set<string> => {
    const seen = new Set<string>();
    const stack = [...ids].flatMap((id) => map.get(id) ?? []).filter((id) => !ids.has(id));
    while (stack.length > 0) {
      const id = stack.pop()!;
      if (seen.has(id) || ids.has(id)) continue;
      seen.add(id);
      stack.push(...(map.get(id) ?? []));
    }
    return seen;
  };
  const after = reach(next);
  return [...reach(before)].filter((id) => after.has(id));
}

export interface Made {
  /** The definition. */
  readonly graph: WorkflowDocument;
  /** What changes at the level the selection was in. */
  readonly here: Command;
  readonly instance: string;
}

/**
 * Makes a subgraph of some nodes of a level. Wires that cross its border become ports, one for each source; constants stay with their nodes.
 * The workflow computes what it computed before, and finds its earlier results.
 */
export function makeSubgraph(catalog: Catalog, level: WorkflowDocument, selected: ReadonlySet<string>, graphId: string, name: string): Made {
  const ids = new Set([...selected].filter((id) => level.nodes.has(id) && !isBorder(id)));
  const instance = freshId(level);
  const inputs: GraphPort[] = [];
  const outputs: GraphPort[] = [];
  const inner = new Map<string, Edge>();
  const outer: Edge[] = [];
  const portOf = new Map<string, string>();
  const port = (list: GraphPort[], key: string, wanted: string, type: string): string => {
    let known = portOf.get(key);
    if (known === undefined) {
      known = freshName(wanted, list.map((one) => one.name));
      list.push({ name: known, type });
      portOf.set(key, known);
    }
    return known;
  };
  const putInner = (edge: Edge): void => void inner.set(inputKey(edge.to.node, edge.to.port), edge);
  for (const edge of level.edges.values()) {
    const [fromInside, toInside] = [ids.has(edge.from.node), ids.has(edge.to.node)];
    if (fromInside && toInside) putInner(edge);
    else if (fromInside !== toInside) {
      const source = level.nodes.get(edge.from.node);
      const output = outputName(catalog, level, edge);
      const type = (source && typeOf(catalog, level, source).outputs.find((one) => one.name === output)?.type) ?? '*';
      const key = inputKey(edge.from.node, output);
      if (toInside) {
        const fresh = !portOf.has(key);
        const at = port(inputs, key, edge.to.port, type);
        putInner({ from: { node: GRAPH_INPUT, port: at }, to: edge.to });
        if (fresh) outer.push({ from: edge.from, to: { node: instance, port: at } });
      } else {
        const fresh = !portOf.has(key);
        const at = port(outputs, key, output, type);
        if (fresh) putInner({ from: edge.from, to: { node: GRAPH_OUTPUT, port: at } });
        outer.push({ from: { node: instance, port: at }, to: edge.to });
      }
    }
  }
  const given: Command[] = [];
  if (!level.ports) {
    // A value that callers set for a node goes on to it through a port of its own.
    const all = inputsOf(level);
    const changed = all.map((one) => ({
      ...one,
      targets: one.targets.map((target) => {
        if (!ids.has(target.node)) return target;
        const node = level.nodes.get(target.node)!;
        const known = inner.get(inputKey(target.node, target.port));
        if (known) return known.from.node === GRAPH_INPUT ? { node: instance, port: known.from.port } : target;
        const at = port(inputs, inputKey(`$${target.node}`, target.port), target.port, typeOf(catalog, level, node).inputs.find((input) => input.name === target.port)?.type ?? one.type);
        putInner({ from: { node: GRAPH_INPUT, port: at }, to: target });
        return { node: instance, port: at };
      }),
    }));
    if (changed.some((one, at) => one.targets.some((target, index) => target !== all[at]!.targets[index]))) given.push(inputsCommand(changed));
  }
  const nodes = [...ids].map((id) => level.nodes.get(id)!);
  const middle = (values: number[]): number => Math.round((Math.min(...values) + Math.max(...values)) / 2);
  const node: GraphNode = { id: instance, type: instanceType(graphId), inputs: {}, mode: 'active', x: middle(nodes.map((one) => one.x)), y: middle(nodes.map((one) => one.y)), ui: {}, rest: {} };
  return {
    graph: { nodes: withBorders(new Map(nodes.map((one) => [one.id, one]))), edges: inner, name, meta: {}, rest: {}, subgraphs: new Map(), ports: { inputs, outputs } },
    here: { kind: 'batch', commands: [...given, { kind: 'nodes.remove', ids: [...ids] }, { kind: 'nodes.add', nodes: [node] }, { kind: 'edges.add', edges: outer }] },
    instance,
  };
}

/** Puts the nodes of an instance where it stands. The definition stays for other instances. @returns the command for the level, and the new nodes. */
export function unpack(catalog: Catalog, level: WorkflowDocument, instanceId: string): { command: Command; ids: string[] } | 'loop' | undefined {
  const instance = level.nodes.get(instanceId);
  const graph = instance && level.subgraphs.get(graphOf(instance.type) ?? '');
  if (!instance || !graph) return undefined;
  // Written out, a loop is as many copies as it has passes; it stays what it is.
  if (instance.rest.repeat !== undefined) return 'loop';
  const inside: WorkflowDocument = { ...graph, subgraphs: level.subgraphs };
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const real = [...graph.nodes.values()].filter((node) => !isBorder(node.id));
  for (const node of real) {
    const fresh = freshId(level, taken);
    taken.add(fresh);
    names.set(node.id, fresh);
  }
  const left = Math.min(...real.map((node) => node.x));
  const top = Math.min(...real.map((node) => node.y));
  const constants = new Map<string, JsonObject>();
  const set = (id: string, port: string, value: JsonObject[string]): void => void constants.set(id, { ...constants.get(id), [port]: value });
  const edges: Edge[] = [];
  const outerConstants: Command[] = [];
  const into = (port: string): Edge | undefined => level.edges.get(inputKey(instanceId, port));
  const outgoing = [...level.edges.values()].filter((edge) => edge.from.node === instanceId);
  for (const edge of graph.edges.values()) {
    const ends = edge.to.node === GRAPH_OUTPUT ? outgoing.filter((out) => outputName(catalog, level, out) === edge.to.port).map((out) => out.to) : names.has(edge.to.node) ? [{ node: names.get(edge.to.node)!, port: edge.to.port }] : [];
    if (edge.from.node !== GRAPH_INPUT) {
      const from = names.get(edge.from.node);
      if (from !== undefined) edges.push(...ends.map((to) => ({ from: { node: from, port: edge.from.port }, to })));
      continue;
    }
    const port = outputName(catalog, inside, edge);
    const outside = into(port);
    if (outside) edges.push(...ends.map((to) => ({ from: outside.from, to })));
    else if (instance.inputs[port] !== undefined && edge.to.node !== GRAPH_OUTPUT) set(names.get(edge.to.node)!, edge.to.port, instance.inputs[port]);
    else if (instance.inputs[port] !== undefined) outerConstants.push(...ends.map((to): Command => ({ kind: 'input.set', id: to.node, port: to.port, value: instance.inputs[port] })));
  }
  const nodes = real.map((node): GraphNode => ({
    ...node,
    id: names.get(node.id)!,
    x: node.x - left + instance.x,
    y: node.y - top + instance.y,
    inputs: { ...node.inputs, ...constants.get(names.get(node.id)!) },
    mode: instance.mode === 'active' ? node.mode : instance.mode,
  }));
  const given: Command[] = [];
  if (!level.ports) {
    const all = inputsOf(level);
    if (all.some((one) => one.targets.some((target) => target.node === instanceId))) {
      const targets = (port: string) => [...graph.edges.values()].flatMap((edge) => (edge.from.node === GRAPH_INPUT && outputName(catalog, inside, edge) === port && names.has(edge.to.node) ? [{ node: names.get(edge.to.node)!, port: edge.to.port }] : []));
      given.push(inputsCommand(all.map((one) => ({ ...one, targets: one.targets.flatMap((target) => (target.node === instanceId ? targets(target.port) : [target])) }))));
    }
  }
  return {
    command: { kind: 'batch', commands: [{ kind: 'nodes.remove', ids: [instanceId] }, { kind: 'nodes.add', nodes }, { kind: 'edges.add', edges }, ...outerConstants, ...given] },
    ids: [...taken],
  };
}
