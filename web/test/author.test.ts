// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addTarget, demote, describeInput, fieldOf, inputFor, moveInput, promote, removeInput, renameInput, setDefault } from '../src/actions/inputs';
import { runFrom, runTo } from '../src/actions/runs';
import { restoreVersion, revert } from '../src/actions/versions';
import type { Change } from '../src/api/types';
import { app } from '../src/app';
import { changeText } from '../src/components/change-list';
import { apply } from '../src/core/commands';
import { readDocument, writeDocument, type WorkflowDocument } from '../src/core/document';
import { instancesOf, placesOf } from '../src/core/levels';
import { makeSubgraph } from '../src/core/subgraphs';
import { freeInputName, inputsOf } from '../src/core/workflow-inputs';
import { EditorStore } from '../src/stores/editor';
import { RunNames } from '../src/stores/run-names';
import { RunsStore } from '../src/stores/runs';
import { ApiFailure, type ApiClient } from '../src/api/client';
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

describe('A difference', () => {
  it.each([
    [{ kind: 'input_changed', node: { id: '3', name: 'KSampler' }, port: 'steps', before: '20', after: '30' }, 'KSampler: steps 20 → 30'],
    [{ kind: 'input_changed', node: { id: '3', name: 'Save' }, port: 'name', before: '"a"', after: null }, 'Save: name a → nothing'],
    [{ kind: 'node_added', node: { id: '3', name: 'KSampler' }, after: 'KSampler' }, 'KSampler added'],
    [{ kind: 'mode_changed', node: { id: '3', name: 'Save' }, before: 'Active', after: 'Muted' }, 'Save: Runs → muted'],
    [{ kind: 'edge_added', node: { id: '3', name: 'Save' }, port: 'images', source: { id: '1', name: 'Load' }, source_port: 'IMAGE' }, 'Load, IMAGE → Save, images connected'],
    [{ kind: 'node_removed', node: { id: '3', name: 'Save' }, subgraph: { id: 'g', name: 'Part' } }, 'In Part: Save removed'],
    [{ kind: 'subgraph_added', subgraph: { id: 'g', name: 'Part' }, after: 'Part' }, 'Subgraph Part added'],
  ])('%j reads %s', (change, words) => expect(changeText({ text: '', changes_results: true, ...change } as Change)).toBe(words));
});

describe('What was there before', () => {
  it('comes back as one step that can be taken back', async () => {
    const saved = writeDocument(chain());
    app.editor.open(chain(), { stored: { id: 'wf_1', etag: '"1"' } });
    app.editor.do({ kind: 'input.set', id: 'sharpen', port: 'sigma', value: 9 });
    const read = vi.spyOn(app.api, 'workflow').mockResolvedValue({ definition: saved, etag: '"2"', version: 2 });
    await revert();
    expect([app.editor.node('sharpen')!.inputs.sigma, app.editor.value.dirty, app.editor.value.stored?.etag]).toEqual([2, false, '"2"']);
    app.editor.undo();
    expect([app.editor.node('sharpen')!.inputs.sigma, app.editor.value.dirty]).toEqual([9, true]);
    await restoreVersion(1);
    expect(read).toHaveBeenLastCalledWith('wf_1', 1);
    expect([app.editor.node('sharpen')!.inputs.sigma, app.editor.value.dirty]).toEqual([2, true]);
    read.mockRestore();
  });
});

describe('The nodes of a run', () => {
  it('have the names that they have in what it ran, with the subgraphs they are in', async () => {
    const { graph, here, instance } = makeSubgraph(catalog, chain(), new Set(['load', 'sharpen']), 'g', 'Part');
    const ran = writeDocument(apply(chain(), { kind: 'batch', commands: [{ kind: 'graph.set', id: 'g', graph }, here] }).document);
    const runDefinition = vi.fn().mockResolvedValueOnce({ definition: ran }).mockRejectedValueOnce(new Error('gone'));
    const names = new RunNames({ runDefinition });
    expect([names.document('run_1'), names.document('run_2'), names.document('run_1')]).toEqual([undefined, undefined, undefined]);
    await Promise.resolve().then(() => undefined).then(() => undefined);
    expect(runDefinition).toHaveBeenCalledTimes(2);
    const document = names.document('run_1')!;
    expect(app.placeName(document, `${instance}:sharpen`)).toBe('Part › Crisp');
    expect(app.placeName(document, `${instance}[1]:load`)).toBe('Part › Load Image');
    expect(app.placeName(document, 'save')).toBe('Save Image');
    expect(app.placeName(document, 'nobody')).toBe('nobody');
    expect(names.document('run_2')).toBeUndefined();
  });
});

describe('A run that no list holds', () => {
  it('is read when somebody looks at it', async () => {
    const run = vi.fn().mockResolvedValueOnce({ run_id: 'run_old', workflow_id: null, status: 'succeeded', created_at: '2026-01-01T00:00:00Z', last_seq: 3 }).mockRejectedValueOnce(new ApiFailure(404, 'run.not_found', ''));
    const opened: string[] = [];
    const runs = new RunsStore({ run, eventsUrl: (id: string) => id } as unknown as ApiClient, (url) => (opened.push(url), { close: () => undefined } as never));
    await runs.find('run_old');
    expect([runs.get('run_old')?.status, opened]).toEqual(['succeeded', ['run_old']]);
    await runs.find('run_none');
    expect(runs.get('run_none')).toBeUndefined();
  });
});
