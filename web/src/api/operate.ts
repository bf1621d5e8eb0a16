import type { ApiClient } from './client';
import { ApiFailure } from './client';
import type { Page, RunStatus, Waits } from './types';

export interface QueueItem {
  readonly run_id: string;
  readonly workflow_id: string | null;
  readonly workflow_name?: string | null;
  readonly created_at: string;
  readonly priority: number;
  readonly status: RunStatus;
  readonly worker_id?: string | null;
  readonly eta?: string | null;
  readonly queue_position?: number | null;
  readonly waits_for?: Waits | null;
}

export interface Queue {
  readonly items: readonly QueueItem[];
  readonly lag_ms: number;
  readonly paused: boolean;
}

export interface Runner {
  readonly runner_id: string;
  readonly backend: string;
  readonly packs: readonly string[];
  readonly memory_bytes: number;
  readonly status: string;
  readonly batches: number;
  readonly batches_at_once: number;
  readonly run_ids: readonly string[];
  readonly started_at: string;
  readonly last_seen_at: string;
}

export interface Model {
  readonly folder: string;
  readonly name: string;
  readonly size?: number | null;
  readonly digest?: string | null;
}

export interface Health {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly description?: string | null; readonly duration_ms: number }[];
}

const LIMIT = 200;

/** The requests of the views of operation. All throw ApiFailure and nothing else. */
export class OperateApi {
  constructor(private readonly api: ApiClient) {}

  queue = (): Promise<Queue> => this.api.ask('GET', '/v1/queue');
  pause = (): Promise<Queue> => this.api.ask('POST', '/v1/queue/pause');
  resume = (): Promise<Queue> => this.api.ask('POST', '/v1/queue/resume');
  /** Moves a run before another, or to the end. */
  reorder = (run: string, before: string | undefined): Promise<Queue> => this.api.ask('POST', '/v1/queue/reorder', { run_id: run, ...(before === undefined ? {} : { before }) });
  runners = async (): Promise<readonly Runner[]> => (await this.api.ask<Page<Runner>>('GET', '/v1/runners')).items;

  async models(): Promise<{ models: Model[]; folders: readonly string[] }> {
    const models: Model[] = [];
    let cursor: string | null = null;
    let folders: readonly string[] = [];
    do {
      const page: Page<Model> & { folders: readonly string[] } = await this.api.ask('GET', `/v1/models?limit=${LIMIT}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      models.push(...page.items);
      ({ folders, next_cursor: cursor } = page);
    } while (cursor !== null);
    return { models, folders };
  }

  /** What the server says of itself; a server that is not well says so with what is wrong. */
  async health(): Promise<Health> {
    try {
      return await this.api.ask('GET', '/health/ready');
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.code === 'server.not_ready') return { status: 'unhealthy', checks: (failure.details.checks ?? []) as unknown as Health['checks'] };
      throw failure;
    }
  }
}
