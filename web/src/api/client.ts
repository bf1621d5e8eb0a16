import type { NodeType } from '../core/catalog';
import { isObject, parseJson, writeJson, type Json, type JsonObject } from '../core/json';
import type { Artifact, Diff, Imported, Page, Problem, RunDefinition, RunEvent, RunView, WorkflowSummary } from './types';

/** An answer that is no success. `message` is for people, in the language asked for; `problems` say where. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: readonly Problem[] = [],
    readonly details: JsonObject = {},
  ) {
    super(message);
  }

  /** Whether nobody answered at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** The widths there are small copies of. */
export type PictureWidth = 128 | 256 | 512 | 1024;

const LIST_LIMIT = 200;
/** The catalog comes in one answer: no graph can be worked on before all of it is there. */
const CATALOG_LIMIT = 10_000;

/** The HTTP API. All methods throw {@link ApiFailure} and nothing else. */
export class ApiClient {
  /** @param base where the API is, without a slash at the end; empty for the page's own server. */
  constructor(
    readonly base: string,
    private readonly language: () => string = () => 'en',
    private readonly fetcher: typeof fetch = (...request) => fetch(...request),
  ) {}

  url(path: string): string {
    return this.base + path;
  }

  /** The address of a file that a run made; with a width that of a small copy, where it is a picture that is wider. */
  artifactUrl(artifact: Pick<Artifact, 'url'>, width?: PictureWidth): string {
    return this.url(width === undefined ? artifact.url : `${artifact.url}?width=${width}`);
  }

  /** The address of a run's event stream. */
  eventsUrl(run: string, since: number, page: string = location.href): string {
    const url = new URL(`${this.base}/v1/ws?run_id=${encodeURIComponent(run)}&since=${since}`, page);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }

  /** One request of any kind, for what has no method of its own here. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.#json(method, path, body)) as unknown as T;
  }

  async nodeTypes(): Promise<NodeType[]> {
    return this.#all<NodeType>('/v1/node-types', CATALOG_LIMIT);
  }

  async runs(limit = 50): Promise<readonly RunView[]> {
    return ((await this.#json('GET', `/v1/runs?limit=${limit}`)) as unknown as Page<RunView>).items;
  }

  /** All runs with a tag, newest first. */
  async runsTagged(tag: string): Promise<RunView[]> {
    return this.#all<RunView>(`/v1/runs?tag=${encodeURIComponent(tag)}`);
  }

  async run(id: string): Promise<RunView> {
    return (await this.#json('GET', `/v1/runs/${encodeURIComponent(id)}`)) as unknown as RunView;
  }

  /** What a run ran. */
  async runDefinition(id: string): Promise<RunDefinition> {
    return this.ask('GET', `/v1/runs/${encodeURIComponent(id)}/definition`);
  }

  async events(run: string, since = 0): Promise<RunEvent[]> {
    return this.#all<RunEvent>(`/v1/runs/${encodeURIComponent(run)}/events?since=${since}`);
  }

  async artifacts(run: string): Promise<Artifact[]> {
    return this.#all<Artifact>(`/v1/runs/${encodeURIComponent(run)}/artifacts`);
  }

  /** Accepts a run. The same key with the same definition gives the same run again. */
  async start(definition: Json, key: string, how: { readonly inputs?: JsonObject; readonly options?: JsonObject } = {}): Promise<{ run_id: string }> {
    return (await this.#json('POST', '/v1/runs', { definition, ...how }, { 'Idempotency-Key': key })) as unknown as { run_id: string };
  }

  async check(definition: Json): Promise<{ valid: boolean; problems: readonly Problem[] }> {
    return (await this.#json('POST', '/v1/runs?mode=check', { definition })) as unknown as { valid: boolean; problems: readonly Problem[] };
  }

  async cancel(run: string): Promise<void> {
    await this.#json('POST', `/v1/runs/${encodeURIComponent(run)}/cancel`);
  }

  /** Reads a workflow out of a file: VTXW, or what ComfyUI saved. */
  async import(content: BodyInit, mediaType: string): Promise<Imported> {
    return (await this.#json('POST', '/v1/workflows/import', content, { 'Content-Type': mediaType })) as unknown as Imported;
  }

  /** Writes a definition in another format, and tells what could not be carried over. */
  async export(definition: Json, format: string): Promise<{ file: Json; problems: readonly Problem[] }> {
    return (await this.#json('POST', `/v1/workflows/export?format=${format}&report=true`, { definition })) as unknown as { file: Json; problems: readonly Problem[] };
  }

  async upload(name: string, content: Blob): Promise<{ name: string }> {
    return (await this.#json('POST', `/v1/uploads?name=${encodeURIComponent(name)}`, content, { 'Content-Type': content.type || 'application/octet-stream' })) as unknown as { name: string };
  }

  async uploads(): Promise<{ name: string }[]> {
    return this.#all<{ name: string }>('/v1/uploads');
  }

  async workflows(): Promise<WorkflowSummary[]> {
    return this.#all<WorkflowSummary>('/v1/workflows');
  }

  /** The versions of a stored workflow, newest first. */
  async versions(id: string): Promise<WorkflowSummary[]> {
    return this.#all<WorkflowSummary>(`/v1/workflows/${encodeURIComponent(id)}/versions`);
  }

  /** What changed from one stored version to another; from nothing where `from` is 0. */
  async diffVersions(id: string, version: number, from: number): Promise<Diff> {
    return (await this.#json('GET', `/v1/workflows/${encodeURIComponent(id)}/versions/${version}/diff${from > 0 ? `?from=${from}` : ''}`)) as unknown as Diff;
  }

  /** What changed in a definition since a stored version. */
  async diffSince(id: string, definition: Json, version?: number): Promise<Diff> {
    return (await this.#json('POST', '/v1/workflows/diff', { definition, workflow_id: id, version })) as unknown as Diff;
  }

  /** @param version the newest without one */
  async workflow(id: string, version?: number): Promise<{ definition: Json; etag: string; version: number }> {
    const response = await this.#send('GET', `/v1/workflows/${encodeURIComponent(id)}${version === undefined ? '' : `/versions/${version}`}`);
    const body = (await this.#body(response)) as { definition: Json; version: number };
    return { definition: body.definition, version: body.version, etag: response.headers.get('ETag') ?? '' };
  }

  /** Stores a new workflow, or a new version of the one whose ETag is given. */
  async save(definition: Json, name: string, known?: { id: string; etag: string }): Promise<{ id: string; etag: string }> {
    const response = known
      ? await this.#send('PUT', `/v1/workflows/${encodeURIComponent(known.id)}`, { definition, name }, { 'If-Match': known.etag })
      : await this.#send('POST', '/v1/workflows', { definition, name });
    const body = (await this.#body(response)) as unknown as { workflow_id: string };
    return { id: body.workflow_id, etag: response.headers.get('ETag') ?? '' };
  }

  async #all<T>(path: string, limit = LIST_LIMIT): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.#json('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${more}`)) as unknown as Page<T>;
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return items;
  }

  async #json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Json> {
    return this.#body(await this.#send(method, path, body, headers));
  }

  async #send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const raw = body instanceof Blob || typeof body === 'string' || body instanceof ArrayBuffer;
    const init: RequestInit = {
      method,
      headers: { 'Accept-Language': this.language(), ...(body !== undefined && !raw ? { 'Content-Type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : writeJson(body) }),
    };
    let response: Response;
    try {
      response = await this.fetcher(this.url(path), init);
    } catch {
      throw new ApiFailure(0, 'client.offline', '');
    }
    if (response.ok) return response;
    throw ApiClient.#failure(response.status, await response.text());
  }

  async #body(response: Response): Promise<Json> {
    try {
      return parseJson(await response.text());
    } catch {
      throw new ApiFailure(response.status, 'client.unreadable', '');
    }
  }

  static #failure(status: number, text: string): ApiFailure {
    try {
      const body = parseJson(text);
      if (isObject(body) && typeof body.code === 'string') {
        const problems = isObject(body.details) && Array.isArray(body.details.problems) ? (body.details.problems as unknown as Problem[]) : [];
        return new ApiFailure(status, body.code, String(body.message ?? ''), problems, isObject(body.details) ? body.details : {});
      }
    } catch {
      // A proxy's page; the status is all there is to say.
    }
    return new ApiFailure(status, 'client.unreadable', '');
  }
}
