import type { NodeType } from '../src/core/catalog';
import { readDocument, type WorkflowDocument } from '../src/core/document';
import type { RunEvent } from '../src/api/types';

const widget = (name: string, type: string, more: object = {}): NodeType['inputs'][number] => ({ name, type, is_widget: true, ...more });

export const types: NodeType[] = [
  { name: 'LoadImage', display_name: 'Load Image', category: 'image', inputs: [widget('image', 'File')], outputs: [{ name: 'IMAGE', type: 'Image' }, { name: 'MASK', type: 'Mask' }] },
  {
    name: 'ImageSharpen',
    display_name: 'Sharpen Image',
    category: 'image/filters',
    inputs: [{ name: 'image', type: 'Image', is_required: true }, widget('sigma', 'Number', { default: 1, min: 0.1, max: 10 }), widget('mode', 'Choice', { choices: ['soft', 'hard'] })],
    outputs: [{ name: 'IMAGE', type: 'Image' }],
  },
  { name: 'SaveImage', display_name: 'Save Image', category: 'image', is_output: true, inputs: [{ name: 'images', type: 'Image' }, widget('filename_prefix', 'Text', { default: 'out' })], outputs: [] },
];
export const catalog = new Map(types.map((type) => [type.name, type]));

/** Load, sharpen, save: joined in a row. */
export const chain = (): WorkflowDocument =>
  readDocument({
    vtxw_version: '1.0',
    meta: { name: 'Chain', tags: ['kept'] },
    nodes: [
      { id: 'load', type: 'LoadImage', inputs: { image: 'a.png' }, ui: { x: 0, y: 0, color: '#335577' } },
      { id: 'sharpen', type: 'ImageSharpen', inputs: { sigma: 2 }, ui: { x: 300, y: 0, title: 'Crisp' }, meta: { tool: 1 } },
      { id: 'save', type: 'SaveImage', mode: 'muted', ui: { x: 600, y: 40 } },
    ],
    edges: [
      { from: { node: 'load', port: '#0' }, to: { node: 'sharpen', port: 'image' } },
      { from: { node: 'sharpen', port: 'IMAGE' }, to: { node: 'save', port: 'images' } },
    ],
    compatibility: { imported_from: 'elsewhere' },
  });

let next = 0;
export const event = (event_type: string, node_id?: string, payload: RunEvent['payload'] = {}, seq = ++next): RunEvent => ({
  event_type,
  ts: new Date(1_000_000 + seq * 100).toISOString(),
  seq,
  run_id: 'run_1',
  ...(node_id ? { node_id } : {}),
  payload,
});

export class MemoryStorage {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
}
