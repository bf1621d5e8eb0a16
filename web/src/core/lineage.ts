import type { Lineage, LineageNode } from '../api/views';
import { isSeed } from './again';
import type { Catalog, NodeType } from './catalog';
import { inputKey, type Edge, type GraphNode, type WorkflowDocument } from './document';
import { writeJson, type Json } from './json';

/** Types that stand for what is no node: files that were read, and the artifact. */
export const FILE_TYPE = 'vortex-studio:file';
export const RESULT_TYPE = 'vortex-studio:result';
const DIGITS = 12;

/** The catalog with the two types that a drawn lineage has beside nodes. */
export function withEnds(catalog: Catalog, names: { file: string; model: string; result: string }): Catalog {
  const text = (name: string): NodeType['inputs'][number] => ({ name, type: 'Text', is_widget: true });
  return new Map([
    ...catalog,
    [FILE_TYPE, { name: FILE_TYPE, display_name: names.file, inputs: [text('sha256')], outputs: [{ name: names.file, type: 'File' }] }],
    [`${FILE_TYPE}:model`, { name: `${FILE_TYPE}:model`, display_name: names.model, inputs: [text('folder'), text('sha256')], outputs: [{ name: names.model, type: 'ModelRef' }] }],
    [RESULT_TYPE, { name: RESULT_TYPE, display_name: names.result, inputs: [{ name: names.result, type: '*' }, text('sha256')], outputs: [] }],
  ]);
}

/** A lineage as a document, so that what draws and arranges workflows draws and arranges it. */
export function lineageDocument(lineage: Lineage, names: { result: string }): WorkflowDocument {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, Edge>();
  const add = (id: string, type: string, inputs: GraphNode['inputs'], title?: string): void => void nodes.set(id, { id, type, inputs, mode: 'active', x: 0, y: 0, ...(title ? { title } : {}), ui: {}, rest: {} });
  const join = (from: string, port: string, to: string, input: string): void => void edges.set(inputKey(to, input), { from: { node: from, port }, to: { node: to, port: input } });
  const { artifact } = lineage;
  for (const node of lineage.nodes) {
    add(`n:${node.node_id}`, node.type, node.values);
    for (const file of node.files) {
      const id = `f:${file.model_folder ?? ''}:${file.name}:${file.digest}`;
      const sha256 = file.digest.slice(0, DIGITS);
      if (file.model_folder) add(id, `${FILE_TYPE}:model`, { folder: file.model_folder, sha256 }, file.name);
      else add(id, FILE_TYPE, { sha256 }, file.name);
      join(id, '#0', `n:${node.node_id}`, file.input ?? file.name);
    }
  }
  for (const link of lineage.links) join(`n:${link.from}`, `#${link.slot}`, `n:${link.to}`, link.input);
  add('result', RESULT_TYPE, { sha256: artifact.digest.slice(0, DIGITS) }, artifact.name);
  if (nodes.has(`n:${artifact.node_id}`)) join(`n:${artifact.node_id}`, '#0', 'result', names.result);
  return { nodes, edges, name: artifact.name, meta: {}, rest: {}, subgraphs: new Map() };
}

export interface Facts {
  readonly prompts: readonly string[];
  readonly seeds: readonly string[];
  readonly models: readonly { readonly name: string; readonly folder: string }[];
}

/** What people ask of a picture first: prompts, seeds and models, where nodes of known types say them. Nearest first, each once. */
export function facts(lineage: Lineage, catalog: Catalog): Facts {
  const prompts = new Set<string>();
  const seeds = new Set<string>();
  const models = new Map<string, { name: string; folder: string }>();
  for (const node of lineage.nodes) {
    for (const input of catalog.get(node.type)?.inputs ?? []) {
      const value = node.values[input.name];
      if (input.type === 'Text' && input.is_multiline && typeof value === 'string' && value.trim() !== '') prompts.add(value);
      if (isSeed(input) && (typeof value === 'number' || typeof value === 'bigint')) seeds.add(String(value));
    }
    for (const file of node.files) if (file.model_folder && file.input) models.set(`${file.model_folder}/${file.name}`, { name: file.name, folder: file.model_folder });
  }
  return { prompts: [...prompts], seeds: [...seeds], models: [...models.values()] };
}

/** One thing in which the makings of two artifacts differ. */
export type LineageChange =
  | { readonly kind: 'value'; readonly node: LineageNode; readonly input: string; readonly before: Json | undefined; readonly after: Json | undefined }
  | { readonly kind: 'file'; readonly node: LineageNode; readonly input: string; readonly before: string; readonly after: string }
  | { readonly kind: 'link'; readonly node: LineageNode; readonly input: string }
  | { readonly kind: 'only-first' | 'only-second'; readonly node: LineageNode };

/** Compares how two artifacts were made, node by node of the same id and type. */
export function compareLineages(first: Lineage, second: Lineage): LineageChange[] {
  const others = new Map(second.nodes.map((node) => [node.node_id, node]));
  const changes: LineageChange[] = [];
  const sources = (lineage: Lineage, id: string): Map<string, string> => new Map(lineage.links.filter((link) => link.to === id).map((link) => [link.input, `${link.from}#${link.slot}`]));
  for (const node of first.nodes) {
    const other = others.get(node.node_id);
    if (other?.type !== node.type) {
      changes.push({ kind: 'only-first', node });
      continue;
    }
    others.delete(node.node_id);
    const files = new Map(other.files.map((file) => [file.input ?? file.name, file]));
    const told = new Set<string>();
    for (const file of node.files) {
      const input = file.input ?? file.name;
      const now = files.get(input);
      if (now && now.digest === file.digest) continue;
      told.add(input);
      changes.push({ kind: 'file', node, input, before: `${file.name} (${file.digest.slice(0, DIGITS)})`, after: now ? `${now.name} (${now.digest.slice(0, DIGITS)})` : '–' });
    }
    for (const input of new Set([...Object.keys(node.values), ...Object.keys(other.values)])) {
      const [before, after] = [node.values[input], other.values[input]];
      if (!told.has(input) && writeJson(before ?? null) !== writeJson(after ?? null)) changes.push({ kind: 'value', node, input, before, after });
    }
    const [from, to] = [sources(first, node.node_id), sources(second, node.node_id)];
    for (const input of new Set([...from.keys(), ...to.keys()])) if (from.get(input) !== to.get(input)) changes.push({ kind: 'link', node, input });
  }
  const left = new Set(others.keys());
  for (const node of second.nodes) if (left.has(node.node_id)) changes.push({ kind: 'only-second', node });
  return changes;
}
