import { graphOf, type GraphNode, type WorkflowDocument } from './document';
import { isObject } from './json';

/** The way from the workflow into a subgraph: the instances that were entered, outermost first. */
export type LevelPath = readonly string[];

/** The definition a path leads to; undefined for the workflow itself and for a path that leads nowhere. */
export function graphAt(root: WorkflowDocument, path: LevelPath): string | undefined {
  let graph: string | undefined;
  for (const id of path) {
    const level: WorkflowDocument | undefined = graph === undefined ? root : root.subgraphs.get(graph);
    const node = level?.nodes.get(id);
    graph = node && graphOf(node.type);
    if (graph === undefined || !root.subgraphs.has(graph)) return undefined;
  }
  return graph;
}

/** As much of a path as leads somewhere. */
export function existing(root: WorkflowDocument, path: LevelPath): LevelPath {
  let length = path.length;
  while (length > 0 && graphAt(root, path.slice(0, length)) === undefined) length--;
  return length === path.length ? path : path.slice(0, length);
}

/** What is drawn at a level: a definition together with all definitions, so that instances in it are known. */
export function viewOf(root: WorkflowDocument, path: LevelPath): WorkflowDocument {
  const graph = graphAt(root, path);
  return graph === undefined ? root : { ...root.subgraphs.get(graph)!, subgraphs: root.subgraphs };
}

const STEP = /^(.*?)(?:\[\d+\])?$/s;

/** A node's place in a run or a problem, `instance:node` or `instance[2]:node`, as a path: the passes of a loop are one place. */
export const steps = (place: string): string[] => place.split(':').map((step) => STEP.exec(step)![1]!);

/** A place of a definition, however it is reached. */
export interface Place {
  readonly graph: string | undefined;
  readonly node: string;
  /** The instances to enter; undefined where nothing uses the definition. */
  readonly path: LevelPath | undefined;
}

/** Finds the node that a run, a problem or a report names. Ids may hold colons themselves: the longest that is there counts. */
export function locate(root: WorkflowDocument, place: string): Place | undefined {
  const unused = [...root.subgraphs.keys()].find((id) => place.startsWith(`subgraph:${id}:`));
  const walk = (graph: string | undefined, rest: string, path: string[]): Place | undefined => {
    const level = graph === undefined ? root : root.subgraphs.get(graph);
    if (!level) return undefined;
    if (level.nodes.has(rest)) return { graph, node: rest, path };
    for (let at = rest.lastIndexOf(':'); at > 0; at = rest.lastIndexOf(':', at - 1)) {
      const id = STEP.exec(rest.slice(0, at))![1]!;
      const node = level.nodes.get(id);
      const inner = node && graphOf(node.type);
      const found = inner === undefined ? undefined : walk(inner, rest.slice(at + 1), [...path, id]);
      if (found) return found;
    }
    return undefined;
  };
  const found = walk(undefined, place, []);
  if (found || unused === undefined) return found;
  const inside = walk(unused, place.slice(`subgraph:${unused}:`.length), []);
  return inside && { ...inside, path: undefined };
}

/** The nodes of a level and of all below it that would run, by how their places begin. */
export function leaves(root: WorkflowDocument, node: GraphNode, around: readonly string[] = []): number {
  const id = graphOf(node.type);
  if (id === undefined) return node.mode === 'active' && node.type !== 'Reroute' && node.type !== node.id ? 1 : 0;
  const graph = root.subgraphs.get(id);
  if (!graph || node.mode !== 'active' || around.includes(id)) return 0;
  let count = 0;
  for (const inner of graph.nodes.values()) count += leaves(root, inner, [...around, id]);
  return count;
}

/** Everything a node stands for in a run, as the run names it: itself, or what is inside a subgraph; once for each pass of the loops around it. */
export function placesOf(root: WorkflowDocument, path: LevelPath, id: string): string[] {
  const passes = (node: GraphNode): string[] => {
    const repeat = node.rest.repeat;
    const count = isObject(repeat) && typeof repeat.count === 'number' ? repeat.count : undefined;
    return count === undefined ? [node.id] : Array.from({ length: count }, (_, pass) => `${node.id}[${pass}]`);
  };
  const inside = (node: GraphNode, around: readonly string[]): string[] => {
    const graph = graphOf(node.type);
    if (graph === undefined) return leaves(root, node) > 0 ? [node.id] : [];
    const inner = root.subgraphs.get(graph);
    if (!inner || node.mode !== 'active' || around.includes(graph)) return [];
    const all = [...inner.nodes.values()].flatMap((one) => inside(one, [...around, graph]));
    return passes(node).flatMap((pass) => all.map((one) => `${pass}:${one}`));
  };
  let level = root;
  let prefixes = [''];
  const around: string[] = [];
  for (const step of path) {
    const node = level.nodes.get(step);
    const graph = node && graphOf(node.type);
    const inner = graph === undefined ? undefined : root.subgraphs.get(graph);
    if (!node || !inner) return [];
    prefixes = prefixes.flatMap((prefix) => passes(node).map((pass) => `${prefix}${pass}:`));
    around.push(graph!);
    level = inner;
  }
  const node = level.nodes.get(id);
  return node ? inside(node, around).flatMap((one) => prefixes.map((prefix) => prefix + one)) : [];
}

/** The definitions that a definition uses, itself among them. */
export function uses(root: WorkflowDocument, id: string, into: Set<string> = new Set()): Set<string> {
  if (into.has(id)) return into;
  into.add(id);
  for (const node of root.subgraphs.get(id)?.nodes.values() ?? []) {
    const inner = graphOf(node.type);
    if (inner !== undefined) uses(root, inner, into);
  }
  return into;
}

/** Every instance of a definition, with the graph that it is in (undefined: the workflow itself). */
export function instancesOf(root: WorkflowDocument, id: string): { readonly graph: string | undefined; readonly node: GraphNode }[] {
  return [[undefined, root] as const, ...root.subgraphs].flatMap(([graph, level]) => [...level.nodes.values()].filter((node) => graphOf(node.type) === id).map((node) => ({ graph, node })));
}

/** The definitions that nothing in the workflow leads to. */
export function unusedGraphs(root: WorkflowDocument): string[] {
  const used = new Set<string>();
  for (const node of root.nodes.values()) {
    const id = graphOf(node.type);
    if (id !== undefined) uses(root, id, used);
  }
  return [...root.subgraphs.keys()].filter((id) => !used.has(id));
}
