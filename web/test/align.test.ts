import { describe, expect, it } from 'vitest';
import { align, distribute, type Axis, type Edge } from '../src/core/align';
import { arrange } from '../src/core/layout';
import { fromMap, mapFit, onMap } from '../src/core/minimap';
import { EditorStore } from '../src/stores/editor';
import { chain, MemoryStorage, types } from './some';
import { addAnnotation, place } from '../src/stores/annotations';

const boxes = new Map([
  ['a', { x: 0, y: 0, width: 100, height: 50 }],
  ['b', { x: 150, y: 300, width: 40, height: 200 }],
  ['c', { x: 500, y: 40, width: 200, height: 60 }],
]);
const edge = (of: Edge) => (id: string, { x, y }: { x: number; y: number }): number => {
  const { width, height } = boxes.get(id)!;
  return { left: x, right: x + width, centre: x + width / 2, top: y, bottom: y + height, middle: y + height / 2 }[of];
};

describe('Aligning', () => {
  it.each<[Edge, number]>([['left', 0], ['right', 700], ['centre', 350], ['top', 0], ['bottom', 500], ['middle', 250]])('%s gives all the same line, %d', (of, line) => {
    const places = align(boxes, of);
    for (const [id, place] of places) expect(edge(of)(id, place)).toBeCloseTo(line, -0.1);
    // The other direction stays.
    for (const [id, place] of places) expect(['left', 'right', 'centre'].includes(of) ? place.y : place.x).toBe(['left', 'right', 'centre'].includes(of) ? boxes.get(id)!.y : boxes.get(id)!.x);
  });
});

describe('Distributing', () => {
  it.each<Axis>(['horizontal', 'vertical'])('%s makes the gaps equal and leaves the outer two', (axis) => {
    const places = distribute(boxes, axis);
    const [at, length] = axis === 'horizontal' ? (['x', 'width'] as const) : (['y', 'height'] as const);
    const order = [...places].sort(([, a], [, b]) => a[at] - b[at]);
    const gaps = order.slice(1).map(([, place], index) => place[at] - (order[index]![1][at] + boxes.get(order[index]![0])![length]));
    expect(Math.abs(gaps[0]! - gaps[1]!)).toBeLessThanOrEqual(1);
    for (const id of [order[0]![0], order.at(-1)![0]]) expect(places.get(id)).toEqual({ x: boxes.get(id)!.x, y: boxes.get(id)!.y });
  });

  it('overlaps equally where there is no room, and leaves two as they are', () => {
    const tight = new Map([['a', { x: 0, y: 0, width: 100, height: 1 }], ['b', { x: 90, y: 0, width: 100, height: 1 }], ['c', { x: 120, y: 0, width: 100, height: 1 }]]);
    expect(distribute(tight, 'horizontal').get('b')!.x).toBe(60);
    tight.delete('b');
    expect(distribute(tight, 'horizontal').get('c')).toEqual({ x: 120, y: 0 });
  });
});

describe('The editor', () => {
  const editor = new EditorStore(new MemoryStorage());
  editor.setCatalog(types);

  it('places nodes and notes in one step that is undone at once, and tells how many were elsewhere', () => {
    editor.open(chain());
    const note = addAnnotation(editor, { kind: 'note', text: 'n', x: 5, y: 5, width: 200, height: 60 });
    const before = JSON.stringify(editor.definition());
    expect(place(editor, new Map([['load', { x: 0, y: 0 }], ['save', { x: 1, y: 1 }], [note, { x: 9, y: 9 }], ['nobody', { x: 1, y: 1 }]]))).toBe(2);
    expect([editor.node('save')!.x, editor.annotation(note)!.x]).toEqual([1, 9]);
    editor.undo();
    expect(JSON.stringify(editor.definition())).toBe(before);
  });

  it('arranges some nodes among themselves, with their corner where it was', async () => {
    editor.open(chain());
    editor.move(1000, 700, ['sharpen', 'save']);
    const corner = editor.value.geometry.bounds(['sharpen', 'save'])!;
    editor.do(await arrange(editor.value.geometry, new Set(['sharpen', 'save'])));
    const after = editor.value.geometry.bounds(['sharpen', 'save'])!;
    expect([after.x, after.y, editor.node('load')!.x]).toEqual([corner.x, corner.y, 0]);
    expect(editor.node('save')!.x).toBeGreaterThan(editor.node('sharpen')!.x);
  });

  it('mutes those it is told, and takes it back when all are', () => {
    editor.open(chain());
    editor.setMode('bypassed', ['load', 'sharpen']);
    expect(['load', 'sharpen', 'save'].map((id) => editor.node(id)!.mode)).toEqual(['bypassed', 'bypassed', 'muted']);
    editor.setMode('bypassed', ['load', 'sharpen']);
    expect(['load', 'sharpen', 'save'].map((id) => editor.node(id)!.mode)).toEqual(['active', 'active', 'muted']);
  });
});

describe('The map', () => {
  it('shows the whole graph in its middle, and leads back to the point that was clicked', () => {
    const box = { x: -3000, y: 100, width: 9000, height: 500 };
    const fit = mapFit(box, 184, 120);
    const shown = onMap(fit, box);
    expect(shown.x).toBeCloseTo(6);
    expect(shown.x + shown.width).toBeCloseTo(178);
    expect(shown.y + shown.height / 2).toBeCloseTo(60);
    expect(fromMap(fit, { x: 92, y: 60 })).toEqual({ x: expect.closeTo(1500), y: expect.closeTo(350) });
    expect(mapFit({ x: 0, y: 0, width: 0, height: 0 }, 184, 120).scale).toBeGreaterThan(0);
  });
});
