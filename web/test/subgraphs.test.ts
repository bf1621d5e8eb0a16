import { beforeEach, describe, expect, it } from 'vitest';
import { typeOf } from '../src/core/catalog';
import { readDocument, writeDocument, type WorkflowDocument } from '../src/core/document';
import { instancesOf, locate, unusedGraphs } from '../src/core/levels';
import { exposePort, movePort, removePort, renamePort } from '../src/core/ports';
import { between, makeSubgraph, unpack } from '../src/core/subgraphs';
import { apply } from '../src/core/commands';
import { EditorStore } from '../src/stores/editor';
import { problemsAt, runAt, summed } from '../src/stores/projection';
import { emptyRun, reduce } from '../src/stores/run-state';
import { catalog, chain, event, MemoryStorage, types } from './some';

/** What a document computes: every node with where its values come from, by content and not by id, subgraphs written out. */
function meaning(root: WorkflowDocument): string[] {
  const value = (level: WorkflowDocument, node: string, port: string, given: (port: string) => unknown): unknown => {
    if (node === '$in') return given(port);
    const one = level.nodes.get(node)!;
    const graph = one.type.startsWith('subgraph:') ? root.subgraphs.get(one.type.slice(9))! : undefined;
    const input = (name: string): unknown => {
      const edge = level.edges.get(`${node}\n${name}`);
      return (edge && value(level, edge.from.node, edge.from.port, given)) ?? one.inputs[name];
    };
    if (graph) {
      const name = port.startsWith('#') ? graph.ports!.outputs[Number(port.slice(1))]!.name : port;
      const edge = graph.edges.get(`$out\n${name}`);
      return edge && value(graph, edge.from.node, edge.from.port, input);
    }
    const type = typeOf(catalog, root, one);
    return { type: one.type, slot: port.startsWith('#') ? Number(port.slice(1)) : type.outputs.findIndex((output) => output.name === port), mode: one.mode, inputs: Object.fromEntries(type.inputs.map((one) => [one.name, input(one.name)])) };
  };
  const ends: string[] = [];
  const collect = (level: WorkflowDocument, given: (port: string) => unknown): void => {
    for (const node of level.nodes.values()) {
      if (node.type === 'SaveImage') ends.push(JSON.stringify(value(level, node.id, '', given)));
      if (!node.type.startsWith('subgraph:')) continue;
      collect(root.subgraphs.get(node.type.slice(9))!, (port) => {
        const edge = level.edges.get(`${node.id}\n${port}`);
        return (edge && value(level, edge.from.node, edge.from.port, given)) ?? node.inputs[port];
      });
    }
  };
  collect(root, () => undefined);
  return ends.sort();
}

/** Two pictures are sharpened by a shared setting, and each is saved twice. */
const forked = (): WorkflowDocument =>
  readDocument({
    nodes: [
      { id: 'a', type: 'LoadImage', inputs: { image: 'a.png' } },
      { id: 'b', type: 'ImageSharpen', inputs: { sigma: 2 }, meta: { 'vortex-studio': { random: ['sigma'] } } },
      { id: 'c', type: 'ImageSharpen', inputs: { sigma: 3 } },
      { id: 'd', type: 'SaveImage', inputs: { filename_prefix: 'one' } },
      { id: 'e', type: 'SaveImage', mode: 'muted' },
    ],
    edges: [['a', '#0', 'b', 'image'], ['a', 'IMAGE', 'c', 'image'], ['b', '#0', 'd', 'images'], ['c', 'IMAGE', 'e', 'images']].map(([from, out, to, into]) => ({ from: { node: from!, port: out! }, to: { node: to!, port: into! } })),
    inputs: [{ name: 'strength', type: 'Number', default: 4, targets: [{ node: 'c', port: 'sigma' }] }],
  });

let editor: EditorStore;
beforeEach(() => {
  editor = new EditorStore(new MemoryStorage());
  editor.setCatalog(types);
});

/** What making a subgraph of some nodes gives, as the studio does it. */
function made(document: WorkflowDocument, ids: string[], id = 'g'): WorkflowDocument {
  const { graph, here } = makeSubgraph(catalog, document, new Set(ids), id, 'Part');
  return apply(document, { kind: 'batch', commands: [{ kind: 'graph.set', id, graph }, here] }).document;
}

describe('A subgraph made of a selection', () => {
  it.each([[['b']], [['b', 'c']], [['a', 'b']], [['a', 'b', 'c', 'd', 'e']], [['b', 'd']]])('computes what %j computed', (ids) => {
    const document = made(forked(), ids);
    expect(meaning(document)).toEqual(meaning(forked()));
    expect(document.nodes.size).toBe(forked().nodes.size - ids.length + 1);
  });

  it('has one port for each source, and keeps values, random seeds and modes', () => {
    const graph = made(forked(), ['b', 'c']).subgraphs.get('g')!;
    expect(graph.ports).toEqual({ inputs: [{ name: 'image', type: 'Image' }, { name: 'sigma', type: 'Number' }], outputs: [{ name: 'IMAGE', type: 'Image' }, { name: 'IMAGE 2', type: 'Image' }] });
    expect(graph.nodes.get('b')).toMatchObject({ inputs: { sigma: 2 }, rest: { meta: { 'vortex-studio': { random: ['sigma'] } } } });
    expect(made(forked(), ['d', 'e']).subgraphs.get('g')!.nodes.get('e')!.mode).toBe('muted');
  });

  it('lets a workflow input reach the node it was for', () => {
    const document = made(forked(), ['c']);
    const [instance] = instancesOf(document, 'g');
    expect(document.rest.inputs).toEqual([{ name: 'strength', type: 'Number', default: 4, targets: [{ node: instance!.node.id, port: 'sigma' }] }]);
    expect([...document.subgraphs.get('g')!.edges.values()]).toContainEqual({ from: { node: '$in', port: 'sigma' }, to: { node: 'c', port: 'sigma' } });
  });

  it('is written out again by unpacking', () => {
    const document = made(forked(), ['b', 'c']);
    const [instance] = instancesOf(document, 'g');
    const result = unpack(catalog, document, instance!.node.id) as { command: never; ids: string[] };
    const back = apply(document, result.command).document;
    expect(meaning(back)).toEqual(meaning(forked()));
    expect(result.ids.length).toBe(2);
    expect((back.rest.inputs as any)[0].targets).toEqual([{ node: [...back.nodes.values()].find((node) => node.inputs.sigma === 3)!.id, port: 'sigma' }]);
    expect(unusedGraphs(back)).toEqual(['g']);
  });

  it('takes an instance’s own values with it when it is unpacked, and refuses loops', () => {
    let document = made(chain(), ['sharpen']);
    document = apply(document, exposePort(catalog, document, 'g', 'sharpen', 'sigma', 'input')!.command).document;
    const id = instancesOf(document, 'g')[0]!.node.id;
    document = apply(document, { kind: 'input.set', id, port: 'sigma', value: 7 }).document;
    const { command, ids } = unpack(catalog, document, id) as { command: never; ids: string[] };
    expect(apply(document, command).document.nodes.get(ids[0]!)!.inputs.sigma).toBe(7);
    const loop = apply(document, { kind: 'node.patch', id, patch: { rest: { repeat: { count: 2 } } } }).document;
    expect(unpack(catalog, loop, id)).toBe('loop');
  });

  it('names what lies between', () => {
    expect(between(chain(), new Set(['load', 'save']))).toEqual(['sharpen']);
    expect(between(chain(), new Set(['load', 'sharpen']))).toEqual([]);
  });

  it('shows as a field what is a field inside, with what it falls back to', () => {
    let document = made(chain(), ['sharpen']);
    document = apply(document, exposePort(catalog, document, 'g', 'sharpen', 'sigma', 'input')!.command).document;
    const { node } = instancesOf(document, 'g')[0]!;
    expect(typeOf(catalog, document, node).inputs[1]).toMatchObject({ name: 'sigma', is_widget: true, default: 2, min: 0.1, max: 10 });
  });
});

describe('Ports of a subgraph', () => {
  const two = (): WorkflowDocument => {
    const document = made(forked(), ['b', 'c']);
    const { node } = instancesOf(document, 'g')[0]!;
    return apply(document, { kind: 'nodes.add', nodes: [{ ...node, id: 'twin', inputs: { sigma: 9 }, rest: { repeat: { count: 2, carry: [{ output: 'IMAGE', input: 'image' }], index_port: 'sigma' } } }] }).document;
  };

  it('are renamed inside, at every instance, in loops and in workflow inputs', () => {
    const before = two();
    const document = apply(before, renamePort(catalog, before, 'g', 'input', 'sigma', 'blur')!).document;
    expect(document.subgraphs.get('g')!.ports!.inputs[1]!.name).toBe('blur');
    expect(document.nodes.get('twin')).toMatchObject({ inputs: { blur: 9 }, rest: { repeat: { index_port: 'blur' } } });
    expect((document.rest.inputs as any)[0].targets[0].port).toBe('blur');
    const again = apply(document, renamePort(catalog, document, 'g', 'output', 'IMAGE', 'first')!).document;
    expect(again.nodes.get('twin')!.rest.repeat).toMatchObject({ carry: [{ output: 'first', input: 'image' }] });
    expect(meaning(again)).toEqual(meaning(before));
    expect(renamePort(catalog, before, 'g', 'input', 'sigma', 'image')).toBeUndefined();
    expect(renamePort(catalog, before, 'g', 'input', 'sigma', '')).toBeUndefined();
  });

  it('keep their wires when they change places, also wires that name them by place', () => {
    let before = two();
    const { node } = instancesOf(before, 'g')[0]!;
    before = apply(before, { kind: 'edges.add', edges: [{ from: { node: node.id, port: '#1' }, to: { node: 'e', port: 'images' } }] }).document;
    const document = apply(before, movePort(catalog, before, 'g', 'output', 'IMAGE', 1)!).document;
    expect(document.subgraphs.get('g')!.ports!.outputs.map((port) => port.name)).toEqual(['IMAGE 2', 'IMAGE']);
    expect(meaning(document)).toEqual(meaning(before));
    expect(movePort(catalog, before, 'g', 'output', 'IMAGE', -1)).toBeUndefined();
  });

  it('go with everything that met them, and come back', () => {
    const before = two();
    const { document, inverse } = apply(before, removePort(catalog, before, 'g', 'input', 'sigma'));
    expect(JSON.stringify(writeDocument(document))).not.toMatch(/"port":"sigma"|"index_port"/);
    expect(document.nodes.get('twin')!.inputs).toEqual({});
    expect(writeDocument(apply(document, inverse).document)).toEqual(writeDocument(before));
    const cut = apply(before, removePort(catalog, before, 'g', 'output', 'IMAGE')).document;
    expect([...cut.edges.values()].some((edge) => edge.to.node === 'd')).toBe(false);
    expect(cut.nodes.get('twin')!.rest.repeat).toMatchObject({ carry: [] });
  });
});

describe('The editor', () => {
  beforeEach(() => {
    editor.open(made(forked(), ['b', 'c']));
  });
  const instance = (): string => instancesOf(editor.value.root, 'g')[0]!.node.id;

  it('enters and leaves, edits inside, and takes it back at the level where it was done', () => {
    const before = JSON.stringify(editor.definition());
    editor.goTo([instance()]);
    expect([...editor.value.document.nodes.keys()]).toEqual(['$in', 'b', 'c', '$out']);
    editor.do({ kind: 'input.set', id: 'b', port: 'sigma', value: 8 });
    editor.leave();
    expect([editor.value.path, editor.value.focus]).toEqual([[], instance()]);
    expect(editor.value.root.subgraphs.get('g')!.nodes.get('b')!.inputs.sigma).toBe(8);
    editor.undo();
    expect(editor.value.path).toEqual([instance()]);
    expect(JSON.stringify(editor.definition())).toBe(before);
    editor.redo();
    expect(editor.node('b')!.inputs.sigma).toBe(8);
  });

  it('goes out when the instance it is in is taken back', () => {
    editor.open(forked());
    const { graph, here, instance } = makeSubgraph(catalog, editor.value.document, new Set(['b']), 'g', 'Part');
    editor.doRoot({ kind: 'batch', commands: [{ kind: 'graph.set', id: 'g', graph }, here] });
    editor.goTo([instance]);
    editor.undo();
    expect(editor.value.path).toEqual([]);
    expect(editor.value.document.nodes.has('b')).toBe(true);
  });

  it('removes and copies no border', () => {
    editor.goTo([instance()]);
    editor.selectAll();
    const text = editor.copy()!;
    expect(JSON.parse(text).nodes.map((node: any) => node.id)).toEqual(['b', 'c']);
    expect(editor.remove()).toBe(2);
    expect([...editor.value.document.nodes.keys()]).toEqual(['$in', '$out']);
  });

  it('is at the same level again after a reload', () => {
    const storage = new MemoryStorage();
    const first = new EditorStore(storage);
    first.open(made(forked(), ['b', 'c']));
    first.goTo([instancesOf(first.value.root, 'g')[0]!.node.id]);
    first.flushDraft();
    expect(new EditorStore(storage).value.path).toEqual(first.value.path);
  });

  it('shares a pasted subgraph that is there already, and brings it along to another workflow', () => {
    editor.select([instance()]);
    const text = editor.copy()!;
    editor.paste(text);
    expect(editor.value.root.subgraphs.size).toBe(1);
    expect(instancesOf(editor.value.root, 'g').length).toBe(2);
    editor.open(chain());
    editor.paste(text);
    expect(editor.value.root.subgraphs.size).toBe(1);
    editor.undo();
    expect(editor.value.root.subgraphs.size).toBe(0);
  });

  it('keeps apart definitions that only have the same id, and never lets one contain itself', () => {
    editor.select([instance()]);
    const text = editor.copy()!;
    editor.goTo([instance()]);
    editor.do({ kind: 'input.set', id: 'b', port: 'sigma', value: 8 });
    editor.leave();
    editor.paste(text);
    expect(editor.value.root.subgraphs.size).toBe(2);
    editor.goTo([instance()]);
    editor.paste(editor.copy() ?? text);
    editor.paste(text);
    expect(unusedGraphs(editor.value.root)).toEqual([]);
    expect([...editor.value.root.subgraphs.get('g')!.nodes.values()].some((node) => node.type === 'subgraph:g')).toBe(false);
  });

  it('lets go of a workflow input’s target with its node', () => {
    editor.open(forked());
    editor.remove(['c']);
    expect((editor.value.root.rest.inputs as any)[0].targets).toEqual([]);
    editor.undo();
    expect((editor.value.root.rest.inputs as any)[0].targets.length).toBe(1);
  });
});

describe('A level', () => {
  const nested = (): WorkflowDocument => {
    const inner = made(forked(), ['b', 'c']);
    const all = [...inner.nodes.keys()].filter((id) => id !== 'e');
    return made(inner, all, 'h');
  };

  it('shows what is wrong in it, and of an instance what is wrong inside', () => {
    const root = nested();
    const outer = instancesOf(root, 'h')[0]!.node.id;
    const inner = instancesOf(root, 'g')[0]!.node.id;
    const problems = [{ code: 'x', message: 'm', node: `${outer}:${inner}:b`, port: 'sigma' }, { code: 'y', message: 'n', node: 'e', port: 'images' }];
    expect(problemsAt(root, [], problems)).toMatchObject([{ node: outer, port: null }, { node: 'e', port: 'images' }]);
    expect(problemsAt(root, [outer], problems)).toMatchObject([{ node: inner }]);
    expect(problemsAt(root, [outer, inner], problems)).toMatchObject([{ node: 'b', port: 'sigma' }]);
    expect(locate(root, `${outer}:${inner}:b`)).toEqual({ graph: 'g', node: 'b', path: [outer, inner] });
    expect(locate(root, `${outer}[3]:${inner}:b`)?.node).toBe('b');
    expect(locate(root, 'nobody:b')).toBeUndefined();
  });

  it('shows a run’s nodes, and sums what is inside', () => {
    const root = nested();
    const outer = instancesOf(root, 'h')[0]!.node.id;
    const inner = instancesOf(root, 'g')[0]!.node.id;
    let run = reduce(reduce({ ...emptyRun('run_1'), status: 'running' }, event('node.completed', `${outer}:${inner}:b`, { duration_ms: 5 })), event('node.started', `${outer}:${inner}:c`));
    expect(runAt(root, [], run).nodes.get(outer)).toMatchObject({ status: 'running', value: 1, max: 4 });
    expect(runAt(root, [outer, inner], run).nodes.get('b')).toBe(run.nodes.get(`${outer}:${inner}:b`));
    expect(runAt(root, [outer], run).nodes.get(inner)).toMatchObject({ status: 'running', value: 1, max: 2 });
    run = reduce(run, event('artifact.created', `${outer}:d`, { artifact_id: 'art_1' }));
    expect(runAt(root, [], run).artifacts[0]!.node_id).toBe(outer);
    run = reduce(reduce(run, event('node.failed', `${outer}:${inner}:c`, { problem: { code: 'x', message: 'm' } })), event('run.failed'));
    expect(runAt(root, [], run).nodes.get(outer)).toMatchObject({ status: 'failed', problem: { message: 'm' } });
  });

  it.each([
    [['cached', 'cached'], 'cached'],
    [['cached', 'succeeded'], 'succeeded'],
    [['succeeded', 'skipped'], 'skipped'],
    [['failed', 'succeeded'], 'failed'],
  ] as const)('sums %j as %s', (states, sum) => expect(summed(states.map((status) => ({ status })), 2, true).status).toBe(sum));
});
