// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { promote } from '../src/actions/inputs';
import { app } from '../src/app';
import { batches } from '../src/batches';
import { instancesOf } from '../src/core/levels';
import { makeFromSelection } from '../src/actions/subgraphs';
import { emptyRun } from '../src/stores/run-state';
import '../src/components/batch-panel';
import '../src/components/inspector';
import '../src/components/levels';
import '../src/components/outline';
import '../src/components/run-list';
import '../src/components/run-timeline';
import '../src/components/workflow-panel';
import { chain, types } from './some';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

async function shown(tag: string, properties: object = {}): Promise<HTMLElement> {
  const element = Object.assign(document.createElement(tag), properties);
  document.body.replaceChildren(element);
  await settled();
  return element;
}

const button = (element: HTMLElement, words: string): HTMLButtonElement => [...element.querySelectorAll('button')].find((one) => (one.getAttribute('aria-label') ?? one.textContent)!.includes(words))!;
const type = (field: HTMLInputElement | HTMLTextAreaElement, value: string, event = 'input'): void => {
  field.value = value;
  field.dispatchEvent(new Event(event));
};

beforeEach(() => {
  app.settings.choose({ language: 'en' });
  app.editor.setCatalog(types);
  app.editor.open(chain());
});

describe('The timeline of a run', () => {
  it('names a node that was removed since, as soon as what the run ran was read', async () => {
    const run = { ...emptyRun('run_gone'), nodes: new Map([['load', { status: 'succeeded' as const, started: 1, ended: 2 }]]) };
    app.editor.setRun('run_gone');
    app.editor.select(['load']);
    app.editor.remove();
    const timeline = await shown('vtx-run-timeline', { run });
    expect(timeline.querySelector('li span')!.textContent).toBe('load');
    app.runNames.value = new Map([['run_gone', chain()]]);
    await settled();
    expect(timeline.querySelector('li span')!.textContent).toBe('Load Image');
  });
});

describe('The inspector', () => {
  it('offers to make an input of a value, and to expose it inside a subgraph', async () => {
    app.editor.select(['sharpen']);
    const inspector = await shown('vtx-inspector');
    button(inspector, 'Make sigma an input').click();
    await settled();
    expect(inspector.textContent).toContain('Set by the workflow’s input sigma');
    expect(button(inspector, 'Take sigma back')).toBeDefined();
    makeFromSelection();
    await settled();
    expect(inspector.textContent).toContain('Only this node uses this subgraph');
    app.enter(app.editor.value.focus);
    app.editor.select(['sharpen']);
    await settled();
    button(inspector, 'Make mode a port').click();
    app.editor.select(['$in']);
    await settled();
    expect([...inspector.querySelectorAll<HTMLInputElement>('.port-list input')].map((one) => one.value)).toEqual(['image', 'sigma', 'mode', 'IMAGE']);
    const [first] = inspector.querySelectorAll<HTMLInputElement>('.port-list input');
    type(first!, 'sigma', 'change');
    await settled();
    expect(inspector.textContent).toContain('each only once');
    expect(first!.value).toBe('image');
    button(inspector, 'Remove port mode').click();
    await settled();
    expect(app.editor.value.document.ports!.inputs.map((port) => port.name)).toEqual(['image', 'sigma']);
  });
});

describe('Breadcrumbs and outline', () => {
  it('lead out of a subgraph and into it', async () => {
    app.editor.select(['sharpen']);
    makeFromSelection();
    const instance = app.editor.value.focus!;
    const crumbs = await shown('vtx-breadcrumbs');
    expect(crumbs.textContent!.trim()).toBe('');
    app.enter(instance);
    await settled();
    expect(crumbs.textContent).toContain('Subgraph');
    crumbs.querySelector('button')!.click();
    expect(app.editor.value.path).toEqual([]);
    const outline = await shown('vtx-outline');
    const row = outline.querySelector<HTMLElement>('[aria-expanded=false]')!;
    row.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await settled();
    const inner = outline.querySelector<HTMLElement>('[aria-level="2"]')!;
    expect(inner.textContent).toContain('Crisp');
    inner.click();
    expect([app.editor.value.path, app.editor.value.focus]).toEqual([[instance], 'sharpen']);
    expect(instancesOf(app.editor.value.root, app.editor.graph()!).length).toBe(1);
  });
});

describe('The workflow panel', () => {
  it('lists inputs, and the versions of a stored workflow with what changed', async () => {
    promote('sharpen', 'sigma');
    const versions = vi.spyOn(app.api, 'versions').mockResolvedValue([2, 1].map((version) => ({ workflow_id: 'wf_1', version, name: 'Chain', updated_at: '2026-01-02T03:04:05Z' })));
    const diff = vi.spyOn(app.api, 'diffVersions').mockResolvedValue({ changes_results: true, changes: [{ kind: 'node_moved', text: '', changes_results: false, node: { id: '1', name: 'Load' } }, { kind: 'input_changed', text: '', changes_results: true, node: { id: '1', name: 'Crisp' }, port: 'sigma', before: '1', after: '2' }] });
    const panel = await shown('vtx-workflow-panel');
    expect(panel.textContent).toContain('not saved yet');
    expect(panel.querySelector<HTMLInputElement>('.input-head input')!.value).toBe('sigma');
    app.editor.update({ stored: { id: 'wf_1', etag: '"2"' } });
    await settled();
    button(panel, 'What changed in version 2').click();
    await settled();
    expect(diff).toHaveBeenCalledWith('wf_1', 2, 1);
    expect(panel.textContent).toContain('Crisp: sigma 1 → 2');
    expect(panel.querySelector('details')!.textContent).toContain('Load moved');
    expect(button(panel, 'Restore version 2')).toBeUndefined();
    expect(button(panel, 'Restore version 1')).toBeDefined();
    versions.mockRestore();
    diff.mockRestore();
  });
});

describe('The list of runs', () => {
  it('is there once there are two, and shows the one that is chosen', async () => {
    const follow = vi.spyOn(app.runs, 'follow').mockReturnValue();
    const list = await shown('vtx-run-list');
    app.runs.update({ all: ['run_1', 'run_2'].map((id, at) => ({ ...emptyRun(id), queued: 1000 + at, status: 'succeeded' as const })) });
    app.editor.setRun('run_1');
    await settled();
    expect(list.querySelector('li')).toBeNull();
    app.editor.setRun('run_2');
    await settled();
    list.querySelectorAll<HTMLElement>('.entry')[1]!.click();
    await settled();
    expect(app.editor.value.runId).toBe('run_1');
    expect(list.querySelectorAll('.entry')[1]!.getAttribute('aria-pressed')).toBe('true');
    follow.mockRestore();
  });
});

describe('The batch panel', () => {
  it('counts runs before it starts them, says what is wrong, and asks about many', async () => {
    promote('sharpen', 'sigma');
    promote('sharpen', 'mode');
    const start = vi.spyOn(batches, 'start').mockReturnValue('abc');
    const panel = await shown('vtx-batch-panel');
    button(panel, 'Vary sigma').click();
    await settled();
    const list = (): HTMLTextAreaElement => panel.querySelector('textarea')!;
    type(list(), '1, 2, nothing');
    await settled();
    expect(panel.textContent).toContain('“nothing” is no value');
    expect(button(panel, 'Start').disabled).toBe(true);
    type(list(), '1, 2, 3');
    button(panel, 'Vary mode').click();
    await settled();
    panel.querySelectorAll<HTMLInputElement>('.batch-choices input').forEach((one) => {
      one.checked = true;
      one.dispatchEvent(new Event('change'));
    });
    await settled();
    expect(panel.querySelector('.batch-count')!.textContent).toBe('6 runs');
    type(list(), Array.from({ length: 11 }, (_, at) => at + 1 - 0.5).slice(0, 10).concat(10, 9).join(','));
    await settled();
    button(panel, 'Start 24 runs').click();
    await settled();
    expect(start).not.toHaveBeenCalled();
    button(panel.querySelector('[role=alertdialog]')!, 'Start 24 runs').click();
    expect(start.mock.calls[0]![2].map((axis) => [axis.input, axis.values.length])).toEqual([['sigma', 12], ['mode', 2]]);
    start.mockRestore();
  });

  it('shows pictures under their values, and what failed', async () => {
    batches.update({
      all: [{
        id: 'abc', name: 'Row', created: 0, axes: [{ input: 'a', values: [1, 2] }, { input: 'b', values: ['x', 'y'] }],
        cells: [
          { values: { a: 1, b: 'x' }, run: 'run_1', status: 'succeeded', picture: { artifact_id: 'art_1', run_id: 'run_1', node_id: '1', name: 'n', media_type: 'image/png', size: 1, digest: '', kind: 'output', url: '/v1/artifacts/art_1' } },
          { values: { a: 1, b: 'y' }, run: 'run_2', status: 'failed', problem: 'It broke.' },
          { values: { a: 2, b: 'x' }, run: 'run_3', status: 'running' },
          { values: { a: 2, b: 'y' } },
        ],
      }],
    });
    const open = vi.spyOn(batches, 'open').mockResolvedValue();
    const panel = await shown('vtx-batch-panel', { batchId: 'abc' });
    await settled();
    expect([...panel.querySelectorAll('thead th')].map((one) => one.textContent!.trim())).toEqual(['a', 'b x', 'b y']);
    expect([...panel.querySelectorAll('tbody th')].map((one) => one.textContent)).toEqual(['1', '2']);
    expect(panel.querySelector('td img')!.getAttribute('src')).toBe('/v1/artifacts/art_1?width=512');
    expect(panel.textContent).toContain('It broke.');
    expect(panel.textContent).toContain('2 of 4 runs done, 1 failed');
    expect((await shown('vtx-batch-panel', { batchId: 'gone' })).textContent).toContain('no batch of this address');
    open.mockRestore();
  });
});
