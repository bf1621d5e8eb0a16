import type { Artifact, Problem } from '../api/types';
import { graphOf, type WorkflowDocument } from '../core/document';
import { graphAt, leaves, locate, steps, uses, type LevelPath } from '../core/levels';
import { isOver, type NodeState, type RunState } from './run-state';

/** The problems of a level. One further in is said of the instance that leads to it; one of another level is not said here. */
export function problemsAt(root: WorkflowDocument, path: LevelPath, problems: readonly Problem[]): readonly Problem[] {
  // Ids of nodes inside may hold what looks like a path; without subgraphs there is nothing to find out.
  if (root.subgraphs.size === 0) return problems;
  const graph = graphAt(root, path);
  const level = graph === undefined ? root : root.subgraphs.get(graph)!;
  const instances = [...level.nodes.values()].flatMap((node) => {
    const inner = graphOf(node.type);
    return inner === undefined ? [] : [{ id: node.id, uses: uses(root, inner) }];
  });
  return problems.flatMap((problem): Problem[] => {
    if (!problem.node) return graph === undefined ? [problem] : [];
    const place = locate(root, problem.node);
    if (!place) return graph === undefined ? [problem] : [];
    if (place.graph === graph) return [{ ...problem, node: place.node }];
    // Said once for a definition, it holds for every instance of it.
    return instances.filter((one) => place.graph !== undefined && one.uses.has(place.graph)).map((one) => ({ ...problem, node: one.id, port: null }));
  });
}

/** Several nodes as one: what the card of a subgraph shows. */
export function summed(states: readonly NodeState[], expected: number, over: boolean): NodeState {
  const ended = states.filter((one) => one.status !== 'running' && one.status !== 'waiting');
  const started = states.flatMap((one) => one.started ?? []);
  const first = started.length > 0 ? { started: Math.min(...started) } : {};
  const last = { ended: Math.max(...ended.map((one) => one.ended ?? 0)) };
  const failed = states.find((one) => one.status === 'failed');
  if (failed) return { ...first, ...last, status: 'failed', ...(failed.problem ? { problem: failed.problem } : {}) };
  const busy = states.find((one) => one.status === 'running' && one.preview) ?? states.find((one) => one.status === 'running');
  const max = Math.max(expected, states.length);
  if (busy || (!over && ended.length < max)) return { ...first, status: 'running', value: ended.length, max, ...(busy?.preview ? { preview: busy.preview } : {}) };
  if (states.some((one) => one.status === 'skipped')) return { ...first, ...last, status: 'skipped' };
  return { ...first, ...last, status: states.every((one) => one.status === 'cached') ? 'cached' : 'succeeded' };
}

/** A run as a level shows it: the level's nodes under their own ids, what is inside an instance summed. */
export function runAt(root: WorkflowDocument, path: LevelPath, run: RunState): RunState {
  if (root.subgraphs.size === 0) return run;
  const graph = graphAt(root, path);
  const level = graph === undefined ? root : root.subgraphs.get(graph)!;
  const inside = new Map<string, NodeState[]>();
  const nodes = new Map<string, NodeState>();
  /** The node of this level that a node of the run is, or is in. */
  const owner = (place: string): string | undefined => {
    if (path.length === 0 && level.nodes.has(place)) return place;
    const all = steps(place);
    return all.length > path.length && path.every((step, at) => all[at] === step) ? all[path.length] : undefined;
  };
  for (const [place, state] of run.nodes) {
    const id = owner(place);
    const node = id === undefined ? undefined : level.nodes.get(id);
    if (!node) continue;
    const passes = inside.get(node.id);
    if (passes) passes.push(state);
    else inside.set(node.id, [state]);
  }
  for (const [id, states] of inside) {
    const node = level.nodes.get(id)!;
    nodes.set(id, states.length === 1 && graphOf(node.type) === undefined ? states[0]! : summed(states, leaves(root, node), isOver(run.status)));
  }
  const artifacts = run.artifacts.flatMap((one): Artifact[] => {
    const id = owner(one.node_id);
    return id === undefined ? [] : [id === one.node_id ? one : { ...one, node_id: id }];
  });
  return { ...run, nodes, artifacts };
}
