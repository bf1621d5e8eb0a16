import type { JsonObject } from '../core/json';
import type { ApiClient, PictureWidth } from './client';
import type { Artifact, Page, RunDefinition, RunStatus } from './types';

/** An artifact in the list over all runs. */
export interface GalleryItem extends Artifact {
  readonly created_at: string;
  readonly cached: boolean;
  readonly workflow_id?: string | null;
  readonly workflow_name?: string | null;
}

/** What a list of artifacts is narrowed by; days are local, `YYYY-MM-DD`, both inclusive. */
export interface GalleryFilter {
  readonly media?: string;
  readonly kind?: string;
  readonly status?: RunStatus;
  readonly workflow?: string;
  readonly tag?: string;
  readonly from?: string;
  readonly until?: string;
}

export interface LineageFile {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly input?: string | null;
  readonly model_folder?: string | null;
}

export interface LineageNode {
  readonly node_id: string;
  readonly type: string;
  readonly values: JsonObject;
  readonly files: readonly LineageFile[];
}

export interface LineageLink {
  readonly from: string;
  readonly slot: number;
  readonly to: string;
  readonly input: string;
}

/** What took part in making an artifact: nodes nearest first. */
export interface Lineage {
  readonly artifact: GalleryItem;
  readonly run_status: RunStatus;
  readonly workflow_id: string | null;
  readonly workflow_version: number | null;
  readonly workflow_name?: string | null;
  readonly nodes: readonly LineageNode[];
  readonly links: readonly LineageLink[];
  readonly truncated: boolean;
}

/** Local midnight of a day, some days later, as the API takes times. Nothing for a text that is no day. */
export function midnight(day: string | undefined, later = 0): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return undefined;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The requests of gallery, lineage and comparison. All throw ApiFailure and nothing else. */
export class ViewsApi {
  constructor(private readonly api: ApiClient) {}

  async artifacts(filter: GalleryFilter, cursor: string | null, limit: number): Promise<Page<GalleryItem>> {
    const query = new URLSearchParams({ limit: String(limit) });
    const put = (name: string, value: string | null | undefined): void => {
      if (value) query.set(name, value);
    };
    put('media', filter.media);
    put('kind', filter.kind);
    put('status', filter.status);
    put('workflow_id', filter.workflow);
    put('tag', filter.tag);
    put('created_from', midnight(filter.from));
    put('created_before', midnight(filter.until, 1));
    put('cursor', cursor);
    return this.api.ask('GET', `/v1/artifacts?${query}`);
  }

  async artifact(id: string): Promise<GalleryItem> {
    return (await this.api.ask<{ artifact: GalleryItem }>('GET', `/v1/artifacts/${encodeURIComponent(id)}/metadata`)).artifact;
  }

  async lineage(id: string): Promise<Lineage> {
    return this.api.ask('GET', `/v1/artifacts/${encodeURIComponent(id)}/lineage`);
  }

  /** Accepts the same run once more. */
  async again(ran: RunDefinition): Promise<string> {
    const body = ran.workflow_id !== null && ran.workflow_version !== null
      ? { workflow_id: ran.workflow_id, workflow_version: ran.workflow_version, inputs: ran.inputs, options: ran.options }
      : { definition: ran.definition, inputs: ran.inputs, options: ran.options };
    return (await this.api.ask<{ run_id: string }>('POST', '/v1/runs', body)).run_id;
  }

  url(artifact: Artifact, width?: PictureWidth): string {
    return this.api.artifactUrl(artifact, width);
  }
}
