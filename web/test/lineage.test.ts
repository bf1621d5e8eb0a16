import { describe, expect, it } from 'vitest';
import type { GalleryItem, Lineage, LineageNode } from '../src/api/views';
import { withValues } from '../src/core/again';
import type { NodeType } from '../src/core/catalog';
import { apply } from '../src/core/commands';
import { inputKey } from '../src/core/document';
import { Geometry } from '../src/core/geometry';
import { arrange } from '../src/core/layout';
import { compareLineages, facts, FILE_TYPE, lineageDocument, RESULT_TYPE, withEnds } from '../src/core/lineage';

const names = { file: 'File', model: 'Model', result: 'Result' };
const types: NodeType[] = [
  { name: 'Loader', display_name: 'Load', inputs: [{ name: 'model', type: 'ModelRef', is_widget: true, model_folder: 'checkpoints' }], outputs: [{ name: 'MODEL', type: 'MODEL' }] },
  { name: 'Prompt', display_name: 'Prompt', inputs: [{ name: 'text', type: 'Text', is_widget: true, is_multiline: true }], outputs: [{ name: 'COND', type: 'CONDITIONING' }] },
  { name: 'Sampler', display_name: 'Sample', inputs: [{ name: 'model', type: 'MODEL' }, { name: 'cond', type: 'CONDITIONING' }, { name: 'seed', type: 'Integer', is_widget: true, max: 100 }, { name: 'steps', type: 'Integer', is_widget: true }], outputs: [{ name: 'IMAGE', type: 'Image' }] },
  { name: 'Save', display_name: 'Save', inputs: [{ name: 'images', type: 'Image' }, { name: 'prefix', type: 'Text', is_widget: true }], outputs: [], is_output: true },
];
const catalog = new Map(types.map((type) => [type.name, type]));
const node = (node_id: string, type: string, values: LineageNode['values'] = {}, files: LineageNode['files'] = []): LineageNode => ({ node_id, type, values, files });
const lineage = (change: Partial<Lineage> = {}): Lineage => ({
  artifact: { artifact_id: 'art_1', node_id: '4', name: 'a.png', digest: 'f'.repeat(64) } as GalleryItem,
  run_status: 'succeeded',
  workflow_id: null,
  workflow_version: null,
  nodes: [
    node('4', 'Save', { prefix: 'x' }),
    node('3', 'Sampler', { seed: 7, steps: 20 }),
    node('1', 'Loader', { model: 'sd.safetensors' }, [{ name: 'sd.safetensors', digest: 'a'.repeat(64), size: 4, input: 'model', model_folder: 'checkpoints' }]),
    node('2', 'Prompt', { text: 'a cat' }, [{ name: 'style.pt', digest: 'b'.repeat(64), size: 4, model_folder: 'embeddings' }]),
  ],
  links: [{ from: '3', slot: 0, to: '4', input: 'images' }, { from: '1', slot: 0, to: '3', input: 'model' }, { from: '2', slot: 0, to: '3', input: 'cond' }],
  truncated: false,
  ...change,
});

describe('A lineage', () => {
  it('becomes a document with files before the nodes and the artifact behind them', async () => {
    const document = lineageDocument(lineage(), names);
    expect([...document.nodes.values()].map((one) => one.type).sort()).toEqual(['Loader', 'Prompt', 'Sampler', 'Save', FILE_TYPE + ':model', FILE_TYPE + ':model', RESULT_TYPE].sort());
    expect(document.edges.get(inputKey('n:3', 'model'))!.from.node).toBe('n:1');
    expect(document.edges.get(inputKey('result', 'Result'))!.from.node).toBe('n:4');
    const known = withEnds(catalog, names);
    const arranged = new Geometry(apply(document, await arrange(new Geometry(document, known))).document, known);
    const left = (id: string): number => arranged.box(id)!.x;
    expect(left('n:1')).toBeLessThan(left('n:3'));
    expect(left('n:3')).toBeLessThan(left('n:4'));
    expect(left('n:4')).toBeLessThan(left('result'));
    expect([...document.nodes.keys()].filter((id) => id.startsWith('f:')).every((id) => left(id) < left('n:3'))).toBe(true);
  });

  it('is drawn although its types are not known any more', () => {
    const document = lineageDocument(lineage(), names);
    const geometry = new Geometry(document, withEnds(new Map(), names));
    expect([...document.edges.values()].every((edge) => geometry.ends(edge, () => ({ x: 0, y: 0 })) !== undefined)).toBe(true);
  });

  it('tells prompts, seeds and models', () =>
    expect(facts(lineage(), catalog)).toEqual({ prompts: ['a cat'], seeds: ['7'], models: [{ name: 'sd.safetensors', folder: 'checkpoints' }] }));

  it('tells nothing that it does not know', () => expect(facts(lineage(), new Map())).toMatchObject({ prompts: [], seeds: [] }));
});

describe('Two lineages', () => {
  const kinds = (other: Lineage): string[] => compareLineages(lineage(), other).map((change) => `${change.kind} ${change.node.node_id}${'input' in change ? ` ${change.input}` : ''}`);

  it('are alike when nothing differs', () => expect(kinds(lineage())).toEqual([]));

  it('differ in values, and in the content of a file of the same name', () => {
    const nodes = lineage().nodes.map((one) => (one.node_id === '3' ? { ...one, values: { ...one.values, seed: 8n } } : one.node_id === '1' ? { ...one, files: [{ ...one.files[0]!, digest: 'c'.repeat(64) }] } : one));
    expect(kinds(lineage({ nodes }))).toEqual(['value 3 seed', 'file 1 model']);
  });

  it('name a changed file once, not as a value too', () => {
    const nodes = lineage().nodes.map((one) => (one.node_id === '1' ? { ...one, values: { model: 'other' }, files: [{ ...one.files[0]!, name: 'other', digest: 'c'.repeat(64) }] } : one));
    expect(kinds(lineage({ nodes }))).toEqual(['file 1 model']);
  });

  it('differ in nodes and wires', () => {
    const nodes = [...lineage().nodes.filter((one) => one.node_id !== '2'), node('9', 'Prompt', { text: 'a dog' }), node('2', 'Loader')];
    const links = lineage().links.map((link) => (link.input === 'cond' ? { ...link, from: '9' } : link));
    expect(kinds(lineage({ nodes, links }))).toEqual(['link 3 cond', 'only-first 2', 'only-second 9', 'only-second 2']);
  });
});

describe('The document of a run', () => {
  const definition = {
    nodes: [{ id: '3', type: 'Sampler', inputs: { seed: 1, steps: 20 } }, { id: '5', type: 'Sampler', inputs: {} }, { id: '6', type: 'Odd' }],
    edges: [{ from: { node: '9', port: 'x' }, to: { node: '5', port: 'seed' } }],
    inputs: [{ name: 'count', type: 'Integer', targets: [{ node: '3', port: 'steps' }], description: 'kept' }, { name: 'other', type: 'Text', targets: [] }],
  };

  it('holds the values that were given', () => {
    const made = withValues(definition, { count: 33 }, undefined, catalog) as unknown as typeof definition & { inputs: object[] };
    expect(made.nodes[0]!.inputs).toEqual({ seed: 1, steps: 33 });
    expect(made.inputs).toEqual([{ name: 'count', type: 'Integer', targets: [{ node: '3', port: 'steps' }], description: 'kept', default: 33 }, definition.inputs[1]]);
    expect(definition.nodes[0]!.inputs).toEqual({ seed: 1, steps: 20 });
  });

  it('holds a seed for all, brought into range as the server does, and leaves wired ones alone', () => {
    const made = withValues(definition, {}, 18446744073709551615n, catalog) as unknown as { nodes: { inputs?: object }[] };
    expect(made.nodes.map((one) => one.inputs)).toEqual([{ seed: Number(18446744073709551615n % 101n), steps: 20 }, {}, undefined]);
  });

  it('stays as it is when nothing was given', () => expect(withValues(definition, {}, undefined, catalog)).toMatchObject({ nodes: [{ inputs: { seed: 1, steps: 20 } }, { id: '5' }, { id: '6' }], inputs: definition.inputs }));
});
