// @vitest-environment happy-dom
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actions, performKey } from '../src/actions';
import { app } from '../src/app';
import '../src/components/annotation-editor';
import '../src/components/graph-canvas';
import type { GraphCanvas } from '../src/components/graph-canvas';
import '../src/components/inspector';
import { readDocument, writeDocument } from '../src/core/document';
import { chain, types } from './some';

const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
const ui = (): any => (app.editor.definition() as any).ui;
let canvas: GraphCanvas;

beforeAll(() => {
  // There is no layout here; the canvas never reads more of it than where its own surface is.
  HTMLElement.prototype.getBoundingClientRect = () => ({ x: 0, y: 0, left: 0, top: 0, right: 1000, bottom: 800, width: 1000, height: 800, toJSON: () => '' });
  Element.prototype.setPointerCapture = () => undefined;
});

beforeEach(async () => {
  document.body.replaceChildren();
  app.editor.setCatalog(types);
  app.editor.open(readDocument({
    ...writeDocument(chain()),
    ui: { groups: [{ title: 'Both', x: -20, y: -60, width: 600, height: 320, color: '#3f789e' }], notes: [{ text: '## Look\n**here**', x: 0, y: 400, width: 240, height: 80, markdown: true }] },
  }));
  canvas = document.createElement('vtx-graph-canvas') as GraphCanvas;
  document.body.append(canvas);
  await canvas.updateComplete;
  await frame();
  // One pixel is one unit, and the graph's origin is at (100, 100).
  Object.assign(canvas.viewport, { zoom: 1, x: 100, y: 100 });
  canvas.draw();
  await frame();
});

const surface = (): HTMLElement => canvas.querySelector<HTMLElement>('.surface')!;
function pointer(type: string, on: Element, x: number, y: number, more: PointerEventInit = {}): void {
  on.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1, pointerId: 1, pointerType: 'mouse', ...more }));
}
async function drag(on: Element, from: [number, number], to: [number, number], more: PointerEventInit = {}): Promise<void> {
  pointer('pointerdown', on, ...from, more);
  pointer('pointermove', surface(), ...to, more);
  await frame();
  pointer('pointerup', surface(), ...to, more);
  await frame();
}
const key = (name: string, more: KeyboardEventInit = {}): boolean => performKey(new KeyboardEvent('keydown', { key: name, ...more }), 'graph');

describe('The canvas', () => {
  it('shows a node that is dragged into view, and drops the one that is dragged out of it', async () => {
    const save = (): number => canvas.querySelectorAll('[data-node=save]').length;
    const load = (): number => canvas.querySelectorAll('[data-node=load]').length;
    app.editor.select([], 'sharpen');
    const head = canvas.querySelector('[data-node=save]')!;
    const { elementFromPoint } = document;
    document.elementFromPoint = () => head;
    pointer('pointerdown', head, 710, 150);
    document.elementFromPoint = elementFromPoint;
    app.editor.select(['save'], 'sharpen');
    pointer('pointermove', surface(), 3000, 150);
    await frame();
    expect([save(), load()]).toEqual([0, 1]);
    pointer('pointermove', surface(), 700, 150);
    await frame();
    expect([save(), load()]).toEqual([1, 1]);
    pointer('pointerup', surface(), 700, 150);
  });

  it('shows groups and notes under the nodes, Markdown made of elements', () => {
    expect(canvas.querySelector('.group-title')!.textContent).toBe('Both');
    expect(canvas.querySelector('.note strong')!.textContent).toBe('here');
    expect(canvas.querySelectorAll('.node').length).toBe(3);
    const layers = [...surface().children].map((one) => one.localName);
    expect(layers.indexOf('vtx-annotation-layer')).toBeLessThan(layers.indexOf('vtx-card-layer'));
  });

  it('shows another workflow whole, and the same one where it was', async () => {
    app.editor.open(readDocument({ nodes: Array.from({ length: 30 }, (_, at) => ({ id: String(at), type: 'LoadImage', ui: { x: at * 300, y: 0 } })) }));
    await frame();
    const { zoom } = canvas.viewport;
    expect(zoom).toBeLessThan(0.2);
    expect(30 * 300 * zoom).toBeLessThan(1000);
    app.editor.move(5, 5, ['0']);
    canvas.zoomBy(2);
    await frame();
    expect(canvas.viewport.zoom).toBeCloseTo(zoom * 2);
  });

  it('moves a group by its title with what lies in it, drawn while it is dragged and kept when it is dropped', async () => {
    pointer('pointerdown', canvas.querySelector('.group-title')!, 100, 60);
    pointer('pointermove', surface(), 130, 100);
    await frame();
    expect(canvas.querySelector<HTMLElement>('.annotation.group')!.style.transform).toBe('translate(10px, -20px)');
    expect(canvas.querySelector<HTMLElement>('[data-node=load]')!.style.transform).toBe('translate(30px, 40px)');
    expect(ui().groups[0].x).toBe(-20);
    pointer('pointerup', surface(), 130, 100);
    expect([ui().groups[0].x, ui().groups[0].y, app.editor.node('load')!.x, app.editor.node('sharpen')!.y, app.editor.node('save')!.x, ui().notes[0].y]).toEqual([10, -20, 30, 40, 600, 400]);
    app.editor.undo();
    expect([ui().groups[0].x, app.editor.node('load')!.x]).toEqual([-20, 0]);
  });

  it('resizes by the corner, never smaller than can be found again', async () => {
    const corner = canvas.querySelector('.note .resize')!;
    await drag(corner, [340, 580], [380, 560]);
    expect([ui().notes[0].width, ui().notes[0].height]).toEqual([280, 60]);
    await drag(corner, [380, 560], [-900, -900]);
    expect([ui().notes[0].width, ui().notes[0].height]).toEqual([120, 60]);
  });

  it('selects a group by a click, and lets go of it on the empty canvas', async () => {
    await drag(canvas.querySelector('.group-title')!, [100, 60], [101, 60]);
    expect([[...app.editor.value.chosen], app.editor.targets()]).toEqual([['group:0'], []]);
    expect(surface().getAttribute('aria-activedescendant')).toBe('annotation-group-0');
    await drag(surface(), [900, 700], [900, 700]);
    expect(app.editor.value.chosen.size).toBe(0);
  });

  it('takes notes and nodes with a box', async () => {
    await drag(surface(), [-200, -200], [1500, 700], { shiftKey: true });
    expect([app.editor.targets().length, [...app.editor.value.chosen].sort()]).toEqual([3, ['group:0', 'note:0']]);
  });
});

describe('Keys of the canvas', () => {
  it('go to groups and notes and back, move and resize them, and delete nothing else', () => {
    expect(key('.')).toBe(true);
    expect(app.editor.value.focusedNote).toBe('group:0');
    key('ArrowRight', { altKey: true, shiftKey: true });
    expect(ui().groups[0].width).toBe(624);
    for (let step = 0; step < 40; step++) key('ArrowRight', { altKey: true });
    // A group that is pushed across another node does not take it along.
    expect([ui().groups[0].x, app.editor.node('load')!.x, app.editor.node('save')!.x]).toEqual([-20 + 960, 960, 600]);
    app.editor.undo();
    expect(app.editor.node('load')!.x).toBe(0);
    key('.');
    expect(app.editor.value.focusedNote).toBe('note:0');
    key('Delete');
    expect([ui().notes, app.editor.value.document.nodes.size]).toEqual([undefined, 3]);
  });

  it('mute what lies in a group that is selected', () => {
    key('.');
    key('M');
    expect(['load', 'sharpen'].map((id) => app.editor.node(id)!.mode)).toEqual(['muted', 'muted']);
    key('M');
    expect(['load', 'sharpen'].map((id) => app.editor.node(id)!.mode)).toEqual(['active', 'active']);
  });

  it('make a group and a note', () => {
    app.editor.select(['load', 'save']);
    key('g');
    expect(ui().groups.length).toBe(2);
    key('n');
    expect(ui().notes.length).toBe(2);
    expect(app.editor.value.focusedNote).toBe('note:1');
  });
});

describe('Fingers', () => {
  const touch = (type: string, id: number, x: number, y: number): void => pointer(type, surface(), x, y, { pointerId: id, pointerType: 'touch' });

  it('zoom and pan when there are two, and the one that stays goes on panning', async () => {
    app.editor.select(['load']);
    touch('pointerdown', 1, 400, 700);
    touch('pointerdown', 2, 600, 700);
    touch('pointermove', 1, 300, 700);
    touch('pointermove', 2, 700, 700);
    expect(canvas.viewport.zoom).toBeCloseTo(2);
    touch('pointerup', 2, 700, 700);
    const { x, zoom } = canvas.viewport;
    touch('pointermove', 1, 320, 700);
    expect([canvas.viewport.x, canvas.viewport.zoom]).toEqual([x + 20, zoom]);
    touch('pointerup', 1, 320, 700);
    expect([...app.editor.value.selection]).toEqual(['load']);
    touch('pointerdown', 3, 900, 780);
    touch('pointerup', 3, 900, 780);
    expect(app.editor.value.selection.size).toBe(0);
  });

  it('draw a frame after they stayed where they came down, and pan when they did not', async () => {
    const pressed = (): Promise<void> => new Promise((done) => setTimeout(done, 500));
    app.editor.select([]);
    touch('pointerdown', 1, 900, 760);
    await pressed();
    touch('pointermove', 1, 0, 0);
    touch('pointerup', 1, 0, 0);
    expect(app.editor.value.selection.size).toBe(3);
    const { x } = canvas.viewport;
    touch('pointerdown', 2, 900, 760);
    touch('pointermove', 2, 880, 760);
    await pressed();
    touch('pointermove', 2, 860, 760);
    touch('pointerup', 2, 860, 760);
    expect([canvas.viewport.x, app.editor.value.selection.size]).toEqual([x - 40, 3]);
  });

  it('drop what one had begun, and forget a finger the browser takes away', () => {
    const head = canvas.querySelector('[data-node=load] .node-head')!;
    pointer('pointerdown', head, 110, 110, { pointerId: 1, pointerType: 'touch' });
    touch('pointermove', 1, 160, 160);
    touch('pointerdown', 2, 600, 700);
    touch('pointerup', 1, 160, 160);
    touch('pointerup', 2, 600, 700);
    expect(app.editor.node('load')!.x).toBe(0);
    touch('pointerdown', 4, 400, 700);
    touch('pointercancel', 4, 400, 700);
    const { zoom } = canvas.viewport;
    touch('pointerdown', 5, 500, 700);
    touch('pointermove', 5, 550, 750);
    expect(canvas.viewport.zoom).toBe(zoom);
    touch('pointerup', 5, 550, 750);
  });
});

describe('The inspector', () => {
  it('names, colours and sizes a group, and writes a note', async () => {
    const inspector = document.createElement('vtx-inspector');
    document.body.append(inspector);
    key('.');
    await frame();
    expect(inspector.textContent).toContain('2 nodes lie in it');
    const title = inspector.querySelector<HTMLInputElement>('#annotation-text')!;
    title.value = 'Renamed';
    title.dispatchEvent(new Event('input'));
    inspector.querySelectorAll<HTMLElement>('.swatch')[1]!.click();
    const width = inspector.querySelector<HTMLInputElement>('#annotation-width')!;
    width.value = '7';
    width.dispatchEvent(new Event('change'));
    expect(ui().groups[0]).toMatchObject({ title: 'Renamed', color: '#a1309b', width: 120 });
    key('.');
    await frame();
    const text = inspector.querySelector<HTMLTextAreaElement>('textarea')!;
    text.value = 'Plain';
    text.dispatchEvent(new Event('input'));
    inspector.querySelector<HTMLInputElement>('input[type=checkbox]')!.click();
    expect(ui().notes[0]).toEqual({ text: 'Plain', x: 0, y: 400, width: 240, height: 80 });
  });

  it('offers what can be done with several nodes', async () => {
    const inspector = document.createElement('vtx-inspector');
    document.body.append(inspector);
    app.editor.select(['load', 'sharpen', 'save']);
    await frame();
    inspector.querySelector<HTMLElement>(`[aria-label="${app.t('align.bottom')}"]`)!.click();
    const bottoms = ['load', 'sharpen', 'save'].map((id) => app.editor.value.geometry.box(id)!).map((box) => box.y + box.height);
    expect(new Set(bottoms).size).toBe(1);
    expect(actions.isEnabled(actions.get('arrange.horizontal'))).toBe(true);
    app.editor.select(['load']);
    expect(actions.isEnabled(actions.get('arrange.left'))).toBe(false);
  });
});

describe('The map', () => {
  it('says what is on it and goes away when it is hidden', async () => {
    expect(canvas.querySelector('.minimap canvas')!.getAttribute('aria-label')).toContain('3');
    key('M', { shiftKey: true });
    await frame();
    expect(canvas.querySelector('.minimap')).toBeNull();
    key('M', { shiftKey: true });
    await frame();
    expect(canvas.querySelector('.minimap')).not.toBeNull();
  });
});
