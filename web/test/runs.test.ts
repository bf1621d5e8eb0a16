import { describe, expect, it, vi } from 'vitest';
import { ApiClient, ApiFailure } from '../src/api/client';
import { EventStream, type Socket } from '../src/api/events';
import type { RunEvent } from '../src/api/types';
import { emptyRun, reduce } from '../src/stores/run-state';
import { RunsStore } from '../src/stores/runs';
import { event } from './some';

class FakeSocket implements Socket {
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onopen: Socket['onopen'] = null;
  closed = false;
  constructor(readonly since: number | string) {}
  close(): void {
    this.closed = true;
  }
  say(...events: RunEvent[]): void {
    for (const one of events) this.onmessage?.({ data: JSON.stringify(one) });
  }
}

const log = (): RunEvent[] => [
  event('run.queued', undefined, { workflow_name: 'W', nodes: 3 }, 1),
  event('run.started', undefined, { nodes: 3, cached: 1 }, 2),
  event('node.cached', 'a', { source: 'earlier_run' }, 3),
  event('node.started', 'b', { attempt: 1 }, 4),
  event('node.progress', 'b', { value: 2, max: 8, preview: { media_type: 'image/jpeg', data: 'AAAA' } }, 5),
  event('node.completed', 'b', { duration_ms: 30 }, 6),
  event('artifact.created', 'b', { artifact_id: 'art_1', name: 'x.png', media_type: 'image/png' }, 7),
  event('node.started', 'c', { attempt: 1 }, 8),
  event('run.failed', undefined, { status: 'failed', summary: { nodes: 3 } }, 9),
];

describe('A run', () => {
  it('is what its events say, and the same when they are read again', () => {
    const once = log().reduce(reduce, emptyRun('run_1'));
    expect(once.status).toBe('failed');
    expect([...once.nodes].map(([id, node]) => [id, node.status])).toEqual([['a', 'cached'], ['b', 'succeeded'], ['c', 'skipped']]);
    expect(once.artifacts[0]!.url).toBe('/v1/artifacts/art_1');
    expect(once.nodes.get('b')!.preview).toBe('data:image/jpeg;base64,AAAA');
    expect([...log(), ...log()].reduce(reduce, emptyRun('run_1'))).toEqual(once);
  });

  it('takes no preview that is not a picture', () => {
    const run = reduce(emptyRun('run_1'), event('node.progress', 'b', { value: 1, max: 2, preview: { media_type: 'text/html,<script>', data: 'x' } }, 1));
    expect(run.nodes.get('b')!.preview).toBeUndefined();
  });

  it('says why it waits for a runner until somebody works on it, or it is over', () => {
    const waiting = (seq: number, code: string): RunEvent => event('run.waiting', undefined, { code, reason: `Because of ${code}.`, since: '2026-01-01T00:00:00Z' }, seq);
    let run = [event('run.queued', undefined, {}, 1), waiting(2, 'capacity.starting')].reduce(reduce, emptyRun('run_1'));
    expect(run.waits).toEqual({ code: 'capacity.starting', reason: 'Because of capacity.starting.', since: '2026-01-01T00:00:00Z' });
    run = reduce(run, waiting(3, 'capacity.quota'));
    expect(run.waits?.code).toBe('capacity.quota');
    expect(reduce(run, event('node.started', 'a', { attempt: 1 }, 4)).waits).toBeUndefined();
    expect(reduce(run, event('run.canceled', undefined, {}, 4)).waits).toBeUndefined();
    expect(reduce(emptyRun('run_1'), event('run.waiting', undefined, { code: 3 }, 1)).waits).toBeUndefined();
  });

  it('keeps its number over events it does not know', () => {
    expect(reduce(emptyRun('run_1'), event('node.dreamt', 'b', {}, 1))).toEqual({ ...emptyRun('run_1'), seq: 1 });
  });
});

describe('The event stream', () => {
  it('goes on after a break where it was, and ends with the run', () => {
    const sockets: FakeSocket[] = [];
    const later: { action: () => void; wait: number }[] = [];
    const seen: number[] = [];
    const standing: boolean[] = [];
    const open = (since: number): Socket => {
      sockets.push(new FakeSocket(since));
      return sockets.at(-1)!;
    };
    new EventStream({ open, take: (one) => seen.push(one.seq), connected: (yes) => standing.push(yes), later: (action, wait) => later.push({ action, wait }) });
    const events = log();
    sockets[0]!.onopen!();
    sockets[0]!.say(...events.slice(0, 4));
    sockets[0]!.onclose!({ code: 1006 });
    later[0]!.action();
    sockets[1]!.onclose!({ code: 1006 });
    later[1]!.action();
    expect(later[1]!.wait).toBeGreaterThan(later[0]!.wait);
    sockets[2]!.onopen!();
    expect(sockets[2]!.since).toBe(4);
    sockets[2]!.say(...events.slice(2));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sockets[2]!.closed).toBe(true);
    sockets[2]!.onclose!({ code: 1000 });
    expect(later.length).toBe(2);
    expect(standing).toEqual([true, false, false, true]);
  });
});

const answering = (routes: Record<string, [number, string]>, asked: string[] = []): ApiClient =>
  new ApiClient('', () => 'de', (async (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path} ${(init.headers as Record<string, string>)['Accept-Language']}`);
    const [status, body] = routes[path] ?? [404, '<html>'];
    return new Response(body, { status });
  }) as typeof fetch);

describe('The runs', () => {
  it('follow what is not over from its first event, once', async () => {
    const api = answering({ '/v1/runs?limit=50': [200, JSON.stringify({ items: [{ run_id: 'run_1', status: 'running', created_at: '2026-01-01' }, { run_id: 'run_0', status: 'succeeded', created_at: '1970-01-01T00:00:01Z' }] })] });
    api.eventsUrl = (run, since) => `${run}?${since}`;
    const sockets: FakeSocket[] = [];
    const store = new RunsStore(api, (url) => {
      sockets.push(new FakeSocket(url));
      return sockets.at(-1)!;
    });
    await store.load();
    await store.load();
    expect(sockets.map((socket) => socket.since)).toEqual(['run_1?0']);
    sockets[0]!.say(...log());
    expect(store.get('run_1')!.status).toBe('failed');
    expect(store.value.all.map((run) => run.id)).toEqual(['run_1', 'run_0']);
  });
});

describe('Events that come in a burst', () => {
  it('are told together: the first at once, the rest in the next frame', async () => {
    const api = answering({});
    api.eventsUrl = (run) => run;
    const sockets: FakeSocket[] = [];
    const store = new RunsStore(api, (url) => {
      sockets.push(new FakeSocket(url));
      return sockets.at(-1)!;
    });
    const told: number[] = [];
    store.subscribe(() => told.push(store.get('run_1')!.seq));
    store.follow('run_1');
    await new Promise((done) => setTimeout(done, 250));
    told.length = 0;
    for (const one of log()) {
      sockets[0]!.say(one);
      await Promise.resolve();
    }
    expect(told).toEqual([1]);
    expect(store.get('run_1')!.seq).toBe(9);
    await new Promise((done) => setTimeout(done, 250));
    expect(told).toEqual([1, 9]);
  });

  it('are told although the page was hidden before its next frame came', async () => {
    // A hidden page has no frames: what waits for one waits until somebody looks.
    vi.stubGlobal('requestAnimationFrame', () => 0);
    const store = new RunsStore(answering({}), () => new FakeSocket(0));
    let told = 0;
    store.subscribe(() => told++);
    for (let at = 0; at < 2; at++) {
      store.touch();
      await Promise.resolve();
    }
    await new Promise((done) => setTimeout(done, 250));
    vi.unstubAllGlobals();
    expect(told).toBe(2);
  });

  it('count as changes where a status is another one, and not where a step is done', () => {
    const counts = log().map((_, at, all) => all.slice(0, at + 1).reduce(reduce, emptyRun('run_1')).changes);
    expect(counts).toEqual([0, 0, 3, 4, 4, 6, 6, 8, 9]);
  });
});

describe('A run that an address names', () => {
  it('is asked for and followed when the list does not have it', async () => {
    const asked: string[] = [];
    const api = answering({ '/v1/runs/run_old': [200, '{"run_id":"run_old","status":"succeeded","created_at":"2020-01-01T00:00:00Z"}'] }, asked);
    api.eventsUrl = (run) => run;
    const sockets: FakeSocket[] = [];
    const store = new RunsStore(api, (url) => {
      sockets.push(new FakeSocket(url));
      return sockets.at(-1)!;
    });
    expect(await store.find('run_old')).toBe(true);
    expect(sockets.map((socket) => socket.since)).toEqual(['run_old']);
    expect(await store.find('run_old')).toBe(true);
    expect([asked.length, sockets.length]).toEqual([1, 1]);
  });

  it('is told apart from a server that does not answer', async () => {
    expect(await new RunsStore(answering({})).find('run_none')).toBe(false);
    await expect(new RunsStore(new ApiClient('', () => 'en', () => Promise.reject(new TypeError('no')))).find('run_x')).rejects.toMatchObject({ status: 0 });
  });
});

describe('The list of runs', () => {
  it('is newest first whatever the ids are', async () => {
    const api = answering({
      '/v1/runs?limit=50': [200, JSON.stringify({ items: [
        { run_id: 'run_b', status: 'succeeded', created_at: '2026-01-02T00:00:00Z' },
        { run_id: 'run_z', status: 'canceled', created_at: '2026-01-01T00:00:00Z' },
        { run_id: 'run_a', status: 'succeeded', created_at: '2026-01-03T00:00:00Z' },
      ] })],
    });
    api.eventsUrl = (run) => run;
    const store = new RunsStore(api, (url) => new FakeSocket(url));
    await store.load();
    store.follow('run_y');
    expect(store.value.all.map((run) => run.id)).toEqual(['run_y', 'run_a', 'run_b', 'run_z']);
  });
});

describe('The API client', () => {
  it('reads every page of a list', async () => {
    const asked: string[] = [];
    const api = answering({ '/v1/node-types?limit=10000': [200, '{"items":[{"name":"A"}],"next_cursor":"c/1"}'], '/v1/node-types?limit=10000&cursor=c%2F1': [200, '{"items":[{"name":"B"}],"next_cursor":null}'] }, asked);
    expect((await api.nodeTypes()).map((type) => type.name)).toEqual(['A', 'B']);
    expect(asked[0]).toBe('GET /v1/node-types?limit=10000 de');
  });

  it('gives the server’s code, sentence and problems', async () => {
    const api = answering({ '/v1/runs/x': [422, '{"code":"workflow.invalid","message":"Nein.","details":{"problems":[{"code":"p","message":"m","node":"1"}]}}'] });
    await expect(api.run('x')).rejects.toMatchObject({ status: 422, code: 'workflow.invalid', message: 'Nein.', problems: [{ node: '1' }] });
  });

  it('says so when nobody or nonsense answers', async () => {
    const silent = new ApiClient('', () => 'en', () => Promise.reject(new TypeError('no')));
    const failure = await silent.run('x').catch((one: ApiFailure) => one);
    expect((failure as ApiFailure).offline).toBe(true);
    await expect(answering({}).run('x')).rejects.toMatchObject({ status: 404, code: 'client.unreadable' });
    await expect(answering({ '/v1/runs/x': [200, 'no json'] }).run('x')).rejects.toMatchObject({ code: 'client.unreadable' });
  });

  it('finds the event stream beside the page or at another host', () => {
    expect(new ApiClient('').eventsUrl('run_1', 3, 'http://127.0.0.1:7700/')).toBe('ws://127.0.0.1:7700/v1/ws?run_id=run_1&since=3');
    expect(new ApiClient('https://api.example').eventsUrl('run_1', 0, 'http://page.example/')).toBe('wss://api.example/v1/ws?run_id=run_1&since=0');
  });
});
