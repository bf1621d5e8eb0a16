import type { Json, JsonObject } from '../core/json';

/** Shapes of the API the studio reads; `docs/openapi.v1.json` is their source. */
export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly severity?: 'warning' | 'error' | 'info';
  readonly node?: string | null;
  readonly port?: string | null;
}

export interface RunSummary {
  readonly nodes: number;
  readonly cached: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly artifacts: number;
  readonly duration_ms: number;
  readonly problems: readonly Problem[];
}

/** Why a run waits for a runner. */
export interface Waits {
  /** `capacity.…`: the page's own words for it are those of the catalog. */
  readonly code: string;
  /** The server's sentence, with what can be done. */
  readonly reason: string;
  readonly since?: string | null;
}

export interface RunView {
  readonly run_id: string;
  readonly workflow_id: string | null;
  readonly workflow_name?: string | null;
  readonly status: RunStatus;
  readonly cancel_requested?: boolean | null;
  readonly waits_for?: Waits | null;
  readonly created_at: string;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
  readonly summary?: RunSummary | null;
  readonly last_seq: number;
}

/** What a run ran, with what its caller gave; sent as a run it runs again. */
export interface RunDefinition {
  readonly run_id: string;
  readonly workflow_id: string | null;
  readonly workflow_version: number | null;
  readonly definition: Json;
  readonly inputs: JsonObject;
  readonly options: JsonObject;
}

export interface RunEvent {
  readonly event_type: string;
  readonly ts: string;
  readonly seq: number;
  readonly run_id: string;
  readonly node_id?: string | null;
  readonly payload: JsonObject;
}

export interface Artifact {
  readonly artifact_id: string;
  readonly run_id: string;
  readonly node_id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly digest: string;
  readonly kind: 'output' | 'preview' | 'input';
  readonly width?: number | null;
  readonly height?: number | null;
  readonly url: string;
}

export interface WorkflowSummary {
  readonly workflow_id: string;
  readonly version: number;
  readonly name: string;
  readonly updated_at: string;
}

/** A node or a subgraph, and what people call it. */
export interface DiffPlace {
  readonly id: string;
  readonly name: string;
}

export type ChangeKind =
  | 'node_added' | 'node_removed' | 'node_retyped' | 'mode_changed' | 'repeat_changed' | 'input_changed' | 'edge_added' | 'edge_removed'
  | 'subgraph_added' | 'subgraph_removed' | 'subgraph_ports_changed' | 'workflow_input_changed' | 'node_moved' | 'described';

export interface Change {
  readonly kind: ChangeKind;
  readonly text: string;
  readonly changes_results: boolean;
  readonly subgraph?: DiffPlace | null;
  readonly node?: DiffPlace | null;
  readonly port?: string | null;
  readonly source?: DiffPlace | null;
  readonly source_port?: string | null;
  readonly before?: string | null;
  readonly after?: string | null;
}

export interface Diff {
  readonly from?: number | null;
  readonly to?: number | null;
  readonly changes_results: boolean;
  readonly changes: readonly Change[];
}

export interface ImportReport {
  readonly format?: string | null;
  readonly items: readonly Problem[];
  readonly models: readonly { readonly name: string; readonly folder?: string | null; readonly node: string }[];
  readonly files: readonly { readonly name: string; readonly node: string }[];
}

export interface Imported {
  readonly definition: Json;
  readonly report?: ImportReport | null;
  readonly warnings?: readonly Problem[] | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}
