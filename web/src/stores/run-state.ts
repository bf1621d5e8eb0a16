import type { Artifact, Problem, RunEvent, RunStatus, RunSummary, RunView, Waits } from '../api/types';
import { isObject, type Json } from '../core/json';

export type NodeStatus = 'waiting' | 'running' | 'cached' | 'succeeded' | 'failed' | 'skipped';

export interface NodeState {
  readonly status: NodeStatus;
  readonly started?: number;
  readonly ended?: number;
  readonly attempt?: number;
  readonly value?: number;
  readonly max?: number;
  /** A data: address of the newest step preview. */
  readonly preview?: string;
  readonly problem?: Problem;
  readonly shown?: Json;
}

/** One run as its events tell it. Made by {@link reduce} alone, so that reading the log again gives the same. */
export interface RunState {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly seq: number;
  readonly queued: number;
  readonly started?: number;
  readonly ended?: number;
  readonly planned: number;
  readonly nodes: ReadonlyMap<string, NodeState>;
  /** Another number whenever the status of any node changed; progress alone changes none. */
  readonly changes: number;
  readonly artifacts: readonly Artifact[];
  readonly summary?: RunSummary;
  readonly cancelRequested?: boolean;
  /** Why nobody works on it, once it has waited for a while. */
  readonly waits?: Waits | undefined;
}

export const isOver = (status: RunStatus): boolean => status === 'succeeded' || status === 'failed' || status === 'canceled';

export const emptyRun = (id: string): RunState => ({ id, name: '', status: 'queued', seq: 0, queued: 0, planned: 0, nodes: new Map(), changes: 0, artifacts: [] });

/** A run as lists show it, before any of its events was read. */
export function ofView(view: RunView): RunState {
  return {
    ...emptyRun(view.run_id),
    name: view.workflow_name ?? '',
    status: view.status,
    queued: Date.parse(view.created_at),
    ...(view.started_at ? { started: Date.parse(view.started_at) } : {}),
    ...(view.completed_at ? { ended: Date.parse(view.completed_at) } : {}),
    ...(view.summary ? { summary: view.summary, planned: view.summary.nodes } : {}),
    ...(view.cancel_requested ? { cancelRequested: true } : {}),
    ...(view.waits_for ? { waits: view.waits_for } : {}),
  };
}

const MEDIA_TYPE = /^image\/[a-z0-9.+-]+$/;

function preview(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value.data === 'string' && typeof value.media_type === 'string' && MEDIA_TYPE.test(value.media_type)
    ? `data:${value.media_type};base64,${value.data}`
    : undefined;
}

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** What a run is after one more event. Events it has seen and events it does not know change nothing but the number. */
export function reduce(run: RunState, event: RunEvent): RunState {
  if (event.seq <= run.seq) return run;
  const at = Date.parse(event.ts);
  const next: RunState = { ...run, seq: event.seq };
  const id = event.node_id ?? '';
  const { payload } = event;
  const withNode = (change: (node: NodeState) => NodeState): RunState => {
    const old = run.nodes.get(id);
    const node = change(old ?? { status: 'waiting' });
    return { ...next, nodes: new Map(run.nodes).set(id, node), changes: node.status === old?.status ? run.changes : event.seq };
  };
  switch (event.event_type) {
    case 'run.queued':
      return { ...next, queued: at, name: typeof payload.workflow_name === 'string' ? payload.workflow_name : run.name, planned: number(payload.nodes) };
    case 'run.started':
      return { ...next, status: 'running', started: at, planned: number(payload.nodes) };
    case 'run.waiting':
      return typeof payload.code === 'string' && typeof payload.reason === 'string'
        ? { ...next, waits: { code: payload.code, reason: payload.reason, since: typeof payload.since === 'string' ? payload.since : event.ts } }
        : next;
    case 'node.started':
      return { ...withNode(() => ({ status: 'running', started: at, attempt: number(payload.attempt) })), waits: undefined };
    case 'node.progress':
      return withNode((node) => {
        const picture = preview(payload.preview) ?? node.preview;
        return { ...node, status: 'running', value: number(payload.value), max: number(payload.max), ...(picture ? { preview: picture } : {}) };
      });
    case 'node.cached':
      return withNode((node) => ({ ...node, status: 'cached', ended: at, ...(payload.shown === undefined ? {} : { shown: payload.shown }) }));
    case 'node.completed':
      return withNode((node) => ({ ...node, status: 'succeeded', ended: at, started: node.started ?? at - number(payload.duration_ms), ...(payload.shown === undefined ? {} : { shown: payload.shown }) }));
    case 'node.failed':
      return withNode((node) => ({ ...node, status: 'failed', ended: at, ...(isObject(payload.problem) ? { problem: payload.problem as unknown as Problem } : {}) }));
    case 'artifact.created': {
      const artifact = { ...payload, run_id: run.id, node_id: id, url: `/v1/artifacts/${String(payload.artifact_id)}` } as unknown as Artifact;
      return { ...next, artifacts: [...run.artifacts, artifact] };
    }
    case 'run.completed':
    case 'run.failed':
    case 'run.canceled': {
      const status: RunStatus = event.event_type === 'run.completed' ? 'succeeded' : event.event_type === 'run.failed' ? 'failed' : 'canceled';
      // What was at work when a run ended was stopped with it.
      const nodes = new Map([...run.nodes].map(([key, node]) => [key, node.status === 'running' || node.status === 'waiting' ? { ...node, status: 'skipped' as const, ended: at } : node]));
      return { ...next, status, ended: at, nodes, changes: event.seq, waits: undefined, ...(isObject(payload.summary) ? { summary: payload.summary as unknown as RunSummary } : {}) };
    }
    default:
      return next;
  }
}
