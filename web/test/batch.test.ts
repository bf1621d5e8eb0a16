import { describe, expect, it } from 'vitest';
import { ApiFailure, type ApiClient } from '../src/api/client';
import type { RunView } from '../src/api/types';
import { axesOf, cellsOf, countOf, readAxis, sameCell, valueText, type AxisDraft } from '../src/core/batch';
import type { NodeInput } from '../src/core/catalog';
import { BatchesStore, isDone, tagOf } from '../src/stores/batches';
import { MemoryStorage } from './some';

const draft = (more: Partial<AxisDraft>): AxisDraft => ({ input: 'a', way: 'list', list: '', from: '', to: '', step: '1', count: '', ...more });
const number: NodeInput = { name: 'a', type: 'Number', min: 0, max: 10 };
const integer: NodeInput = { name: 'a', type: 'Integer', min: 0, max: 18446744073709551615n };
const text: NodeInput = { name: 'a', type: 'Text' };

describe('The values of an axis', () => {
  it.each([
    ['numbers between commas and lines', draft({ list: '1, 2.5\n3;' }), number, [1, 2.5, 3]],
    ['lines that may hold commas', draft({ list: 'a cat, sleeping\n\na dog' }), text, ['a cat, sleeping', 'a dog']],
    ['big seeds exactly', draft({ list: '18446744073709551615' }), integer, [18446744073709551615n]],
    ['words for yes and no', draft({ list: 'true\nnein' }), { name: 'a', type: 'Bool' }, [true, false]],
    ['choices', draft({ list: 'soft' }), { name: 'a', type: 'Choice', choices: ['soft', 'hard'] }, ['soft']],
    ['JSON', draft({ list: '{"x": 1}' }), { name: 'a', type: 'Json' }, [{ x: 1 }]],
    ['a range with a step that does not come out even', draft({ way: 'range', from: '0', to: '1', step: '0,3' }), number, [0, 0.3, 0.6, 0.9]],
    ['a range that falls', draft({ way: 'range', from: '3', to: '1', step: '-1' }), integer, [3, 2, 1]],
    ['a range that ends on its end', draft({ way: 'range', from: '0.1', to: '0.3', step: '0.1' }), number, [0.1, 0.2, 0.3]],
    ['seeds by their number', draft({ way: 'seeds', count: '3' }), integer, [7, 7, 7]],
  ] as const)('are %s', (_, one, field, values) => expect(readAxis(one, field as NodeInput, () => 7)).toEqual({ axis: { input: 'a', values } }));

  it.each([
    ['nothing', draft({}), number, 'batch.noValues'],
    ['words for numbers', draft({ list: '1, two' }), number, 'batch.badValue'],
    ['a number out of range', draft({ list: '11' }), number, 'batch.badValue'],
    ['a fraction for a whole number', draft({ way: 'range', from: '0', to: '1', step: '0.5' }), integer, 'batch.badValue'],
    ['a choice that is none', draft({ list: 'medium' }), { name: 'a', type: 'Choice', choices: ['soft'] }, 'batch.badValue'],
    ['broken JSON', draft({ list: '{' }), { name: 'a', type: 'Json' }, 'batch.badValue'],
    ['a step that leads away', draft({ way: 'range', from: '0', to: '5', step: '-1' }), number, 'batch.badRange'],
    ['no step', draft({ way: 'range', from: '0', to: '5', step: '0' }), number, 'batch.badRange'],
    ['a range without an end', draft({ way: 'range', from: '0' }), number, 'batch.badRange'],
    ['no number of seeds', draft({ way: 'seeds', count: 'many' }), integer, 'batch.badCount'],
    ['far too many', draft({ way: 'range', from: '0', to: '1e9', step: '1' }), number, 'batch.tooMany'],
  ] as const)('are not %s', (_, one, field, problem) => expect(readAxis(one, field as NodeInput, () => 7)).toMatchObject({ problem }));

  it('make one run for each combination, the last changing fastest', () => {
    const axes = [{ input: 'a', values: [1, 2] }, { input: 'b', values: ['x', 'y', 'z'] }];
    expect(countOf(axes)).toBe(6);
    expect(cellsOf(axes)).toEqual([{ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: 1, b: 'z' }, { a: 2, b: 'x' }, { a: 2, b: 'y' }, { a: 2, b: 'z' }]);
    expect([valueText('words'), valueText(5n), valueText(undefined)]).toEqual(['words', '5', '']);
  });
});

describe('A grid that was started', () => {
  it('is found again from the values of its runs', () => {
    const axes = [{ input: 'z', values: ['x'] }, { input: 'b', values: [2, 1] }, { input: 'a', values: [18446744073709551615n, 5, 0.5] }];
    // A server may write what belongs to a run in another order.
    const cells = cellsOf(axes).map((cell) => Object.fromEntries(Object.entries(cell).sort(([one], [other]) => one.localeCompare(other))));
    expect(axesOf(cells)).toEqual(axes);
    expect(axesOf([])).toEqual([]);
  });

  it('has the same cell where all values are the same', () => {
    expect(sameCell({ a: 1, b: 'x' }, { b: 'x', a: 1 })).toBe(true);
    expect(sameCell({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(sameCell({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameCell({ a: 1 }, { a: 1n })).toBe(true);
    expect(sameCell({ a: 1 }, { a: '1' })).toBe(false);
  });
});

/** A server that takes runs, in memory. */
class Server {
  readonly keys = new Map<string, string>();
  readonly bodies: unknown[] = [];
  readonly canceled: string[] = [];
  status: RunView['status'] = 'queued';
  refuse: ((count: number) => ApiFailure | undefined) | undefined;
  #asked = 0;

  start = async (definition: unknown, key: string, how: unknown): Promise<{ run_id: string }> => {
    const failure = this.refuse?.(++this.#asked);
    if (failure) throw failure;
    if (!this.keys.has(key)) {
      this.keys.set(key, `run_${this.keys.size + 1}`);
      this.bodies.push({ definition, how });
    }
    return { run_id: this.keys.get(key)! };
  };
  runsTagged = async (tag: string): Promise<RunView[]> =>
    [...this.keys].filter(([key]) => key.startsWith(`${tag}-`)).map(([, run_id]) => ({ run_id, status: this.status, workflow_id: null, workflow_name: 'Row', created_at: '2026-01-01T00:00:00Z', last_seq: 1 })).reverse();
  runDefinition = async (run: string): Promise<unknown> => ({ inputs: (this.bodies[[...this.keys.values()].indexOf(run)] as { how: { inputs: unknown } }).how.inputs });
  artifacts = async (run: string): Promise<unknown[]> => [{ artifact_id: `art_${run}`, media_type: 'image/png' }];
  cancel = async (run: string): Promise<void> => void this.canceled.push(run);
}

const axes = [{ input: 'a', values: [1, 2, 3] }];
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};
const store = (server: Server, storage = new MemoryStorage()): BatchesStore => new BatchesStore(server as unknown as ApiClient, storage, () => Promise.resolve());

describe('A batch', () => {
  it('starts its runs with their values and its tag, and shows what they made', async () => {
    const server = new Server();
    const batches = store(server);
    const id = batches.start('Row', { nodes: [] }, axes);
    await settled();
    expect(server.bodies).toEqual([1, 2, 3].map((a) => ({ definition: { nodes: [] }, how: { inputs: { a }, options: { tags: [tagOf({ id })] } } })));
    expect(batches.get(id)!.definition).toBeUndefined();
    server.status = 'succeeded';
    await batches.open(id);
    expect(batches.get(id)!.cells[2]).toMatchObject({ run: 'run_3', status: 'succeeded', picture: { artifact_id: 'art_run_3' } });
    expect(isDone(batches.get(id)!)).toBe(true);
  });

  it('goes on after a reload where it was, and starts nothing twice', async () => {
    const server = new Server();
    const storage = new MemoryStorage();
    const never = new Promise<void>(() => undefined);
    server.refuse = (count) => (count > 1 ? new ApiFailure(0, 'client.offline', '') : undefined);
    const first = new BatchesStore(server as unknown as ApiClient, storage, () => never);
    const id = first.start('Row', { nodes: [] }, axes);
    await settled();
    expect(first.get(id)!.cells.filter((cell) => cell.run).length).toBe(1);
    server.refuse = undefined;
    const again = store(server, storage);
    again.resume();
    await settled();
    expect(again.get(id)!.cells.map((cell) => cell.run)).toEqual(['run_1', 'run_2', 'run_3']);
    expect(server.keys.size).toBe(3);
  });

  it('waits where the server is busy, and says why a run was refused', async () => {
    const server = new Server();
    server.refuse = (count) => (count === 1 ? new ApiFailure(429, 'queue.full', '') : count === 3 ? new ApiFailure(422, 'run.invalid', 'No.', [{ code: 'x', message: 'a is wrong.' }]) : undefined);
    const batches = store(server);
    const id = batches.start('Row', {}, axes);
    await settled();
    expect(batches.get(id)!.cells).toMatchObject([{ run: 'run_1' }, { problem: 'a is wrong.' }, { run: 'run_2' }]);
  });

  it('stops all of its runs and starts no more', async () => {
    const server = new Server();
    let go: () => void = () => undefined;
    const held = new Promise<void>((done) => (go = done));
    const start = server.start;
    server.start = async (...request) => (server.keys.size === 1 ? held.then(() => start(...request)) : start(...request));
    const batches = store(server);
    const id = batches.start('Row', {}, axes);
    await settled();
    await batches.cancel(id);
    go();
    await settled();
    // The one that was on its way is canceled once it is there.
    expect(server.canceled).toEqual(['run_1', 'run_2']);
    expect(batches.get(id)!.cells[2]!.run).toBeUndefined();
    server.status = 'canceled';
    await batches.open(id);
    expect(isDone(batches.get(id)!)).toBe(true);
    batches.forget(id);
    expect(batches.value.all).toEqual([]);
  });

  it('is shown by its address in another browser, put together from its runs', async () => {
    const server = new Server();
    const here = store(server);
    const id = here.start('Row', {}, [{ input: 'a', values: [2, 1] }, { input: 'b', values: ['x', 'y'] }]);
    await settled();
    server.status = 'succeeded';
    const there = store(server);
    const looking = there.open(id);
    expect(there.value.sought.has(id)).toBe(true);
    await looking;
    expect(there.value.sought.size).toBe(0);
    const found = there.get(id)!;
    expect([found.name, found.axes]).toEqual(['Row', here.get(id)!.axes]);
    expect(found.cells.map((cell) => [cell.values, cell.run, cell.status, cell.picture?.artifact_id])).toEqual(here.get(id)!.cells.map((cell) => [cell.values, cell.run, 'succeeded', `art_${cell.run}`]));
    await there.open('nobody');
    expect(there.get('nobody')).toBeUndefined();
  });

  it('of another browser that was not started to its end waits for nothing', async () => {
    const server = new Server();
    server.refuse = (count) => (count === 3 ? new ApiFailure(422, 'run.invalid', 'No.') : undefined);
    const id = store(server).start('Row', {}, [{ input: 'a', values: [1, 2] }, { input: 'b', values: [1, 2] }]);
    await settled();
    server.status = 'succeeded';
    const there = store(server);
    await there.open(id);
    expect(there.get(id)!.cells.map((cell) => cell.run)).toEqual(['run_1', 'run_2', undefined, 'run_3']);
    expect(isDone(there.get(id)!)).toBe(true);
  });

  it('is not there in a browser that keeps nothing, and nothing breaks', () => {
    const storage = new MemoryStorage();
    storage.kept.set('vortex.batches', '{{');
    expect(store(new Server(), storage).value.all).toEqual([]);
  });
});
