// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addTarget, demote, describeInput, fieldOf, inputFor, moveInput, promote, removeInput, renameInput, setDefault } from '../src/actions/inputs';
import { runFrom, runTo } from '../src/actions/runs';
import { app } from '../src/app';
import { apply } from '../src/core/commands';
import { readDocument, type WorkflowDocument } from '../src/core/document';
import { instancesOf, placesOf } from '../src/core/levels';
import { makeSubgraph } from '../src/core/subgraphs';
import { freeInputName, inputsOf } from '../src/core/workflow-inputs';
import { EditorStore } from '../src/stores/editor';
import { catalog, chain, MemoryStorage, types } from './some';

beforeEach(() => {
  app.editor.setCatalog(types);
  app.editor.open(chain());
});
const inputs = () => inputsOf(app.editor.value.root);

describe('A workflow input', () => {
  it('is made of a value and takes it along, and gives it back', () => {
    promote('sharpen', 'sigma');
    expect(inputs()).toMatchObject([{ name: 'sigma', type: 'Number', default: 2, targets: [{ node: 'sharpen', port: 'sigma' }] }]);
    expect(inputFor('sharpen', 'sigma')?.name).toBe('sigma');
    setDefault('sigma', 5);
    expect(app.editor.node('sharpen')!.inputs.sigma).toBe(5);
    demote('sharpen', 'sigma');
    expect(inputs()).toEqual([]);
    expect(app.editor.node('sharpen')!.inputs.sigma).toBe(5);
    for (let step = 0; step < 3; step++) app.editor.undo();
    expect(app.editor.node('sharpen')!.inputs.sigma).toBe(2);
    expect(app.editor.value.root.rest.inputs).toBeUndefined();
  });

  it('has a name of its own that callers can write', () => {
    promote('sharpen', 'sigma');
    promote('save', 'filename_prefix');
    expect(renameInput('sigma', 'filename_prefix')).toBe(false);
    expect(renameInput('sigma', 'not allowed')).toBe(false);
    expect(renameInput('sigma', 'strength')).toBe(true);
    moveInput('strength', 1);
    moveInput('strength', 1);
    expect(inputs().map((one) => one.name)).toEqual(['filename_prefix', 'strength']);
    expect(freeInputName('a b', ['a_b'])).toBe('a_b_2');
    describeInput('strength', 'How crisp.');
    expect(inputs()[1]!.description).toBe('How crisp.');
    describeInput('strength', '');
    expect('description' in inputs()[1]!).toBe(false);
  });

  it('can set several values, and leaves all of them as they were set when it goes', () => {
    app.editor.do({ kind: 'nodes.add', nodes: [{ id: 'more', type: 'ImageSharpen', inputs: {}, mode: 'active', x: 0, y: 0, ui: {}, rest: {} }] });
    promote('sharpen', 'sigma');
    addTarget('sigma', { node: 'more', port: 'sigma' });
    expect(app.editor.node('more')!.inputs.sigma).toBe(2);
    addTarget('sigma', { node: 'more', port: 'sigma' });
    expect(inputs()[0]!.targets.length).toBe(2);
    setDefault('sigma', 7);
    removeInput(inputs()[0]!);
    expect([app.editor.node('sharpen')!.inputs.sigma, app.editor.node('more')!.inputs.sigma]).toEqual([7, 7]);
  });

  it('has the field of what it sets, and the nodes’ own value where it has none', () => {
    promote('sharpen', 'sigma');
    setDefault('sigma', undefined);
    expect(inputs()[0]!.default).toBeUndefined();
    expect(fieldOf(inputs()[0]!)).toMatchObject({ name: 'sigma', min: 0.1, max: 10, default: 2 });
  });

  it('leaves a seed that is new for each run to its node', () => {
    app.editor.do({ kind: 'node.patch', id: 'sharpen', patch: { rest: { meta: { 'vortex-studio': { random: ['sigma'] } } } } });
    promote('sharpen', 'sigma');
    expect(inputs()[0]!.default).toBeUndefined();
  });
});

describe('What a node is in a run', () => {
  const made = (repeat?: object): WorkflowDocument => {
    const { graph, here, instance } = makeSubgraph(catalog, chain(), new Set(['load', 'sharpen']), 'g', 'Part');
    const document = apply(chain(), { kind: 'batch', commands: [{ kind: 'graph.set', id: 'g', graph }, here] }).document;
    return repeat ? apply(document, { kind: 'node.patch', id: instance, patch: { rest: { repeat: repeat as never } } }).document : document;
  };

  it('is itself, or all that runs in a subgraph, once for each pass', () => {
    const document = made();
    const { id } = instancesOf(document, 'g')[0]!.node;
    expect(placesOf(document, [], id)).toEqual([`${id}:load`, `${id}:sharpen`]);
    expect(placesOf(document, [id], 'sharpen')).toEqual([`${id}:sharpen`]);
    const loop = made({ count: 2 });
    expect(placesOf(loop, [], id)).toEqual([`${id}[0]:load`, `${id}[0]:sharpen`, `${id}[1]:load`, `${id}[1]:sharpen`]);
    expect(placesOf(loop, [id], 'load')).toEqual([`${id}[0]:load`, `${id}[1]:load`]);
  });

  it('is nothing where it does not run', () => {
    expect(placesOf(chain(), [], 'save')).toEqual([]);
    expect(placesOf(chain(), [], 'nobody')).toEqual([]);
    expect(placesOf(made(), [instancesOf(made(), 'g')[0]!.node.id], '$in')).toEqual([]);
  });

  it('is what a run to it or from it asks for', async () => {
    const run = vi.spyOn(app, 'run').mockResolvedValue();
    await runTo(['sharpen']);
    await runFrom(['sharpen']);
    await runFrom(['save']);
    expect(run.mock.calls).toEqual([[{ outputs: ['sharpen'] }], [{ refresh: ['sharpen'] }]]);
    run.mockRestore();
  });
});

describe('The runs of a workflow', () => {
  it('are kept with it, newest first, one of them shown', () => {
    const storage = new MemoryStorage();
    const editor = new EditorStore(storage);
    editor.open(chain());
    for (const id of ['run_1', 'run_2', 'run_1', 'run_3']) editor.setRun(id);
    editor.showRun('run_1');
    editor.flushDraft();
    const again = new EditorStore(storage);
    expect([again.value.runId, again.value.runs]).toEqual(['run_1', ['run_3', 'run_1', 'run_2']]);
    editor.open(chain());
    expect([editor.value.runId, editor.value.runs]).toEqual([undefined, []]);
  });

  it('do not reach a workflow that is opened while one of them is accepted', async () => {
    let accept: (run: { run_id: string }) => void = () => undefined;
    const start = vi.spyOn(app.api, 'start').mockReturnValue(new Promise((done) => (accept = done)));
    const follow = vi.spyOn(app.runs, 'follow').mockReturnValue();
    const running = app.run();
    app.editor.open(readDocument({ nodes: [{ id: 'other', type: 'LoadImage' }] }));
    accept({ run_id: 'run_9' });
    await running;
    expect(app.editor.value.runId).toBeUndefined();
    expect(follow).toHaveBeenCalledWith('run_9');
    expect(app.view.value.notice?.text).toContain('Chain');
    start.mockRestore();
    follow.mockRestore();
  });
});
