import { beforeEach, describe, expect, it } from 'vitest';
import { annotation, annotations, changeAnnotations, movedWith, removeAnnotations } from '../src/core/annotations';
import { apply } from '../src/core/commands';
import { readDocument, writeDocument } from '../src/core/document';
import { Geometry } from '../src/core/geometry';
import { blocks, spans } from '../src/core/markdown';
import { EditorStore } from '../src/stores/editor';
import { catalog, chain, MemoryStorage, types } from './some';
import { addAnnotation, changeAnnotation, group, moveAll, removeSelected } from '../src/stores/annotations';

const UI = {
  groups: [
    { title: 'Finish', x: -20, y: -40, width: 600, height: 400, color: '#203040', later: { kept: true } },
    { title: 'Inner', x: 300, y: -20, width: 260, height: 200 },
  ],
  notes: [{ text: 'Try *five* passes.', x: 20, y: 300, width: 200, height: 60, markdown: true }, { text: '', x: 900, y: 0, width: 0, height: 0 }],
  zoom: 2,
};
const drawn = () => readDocument({ ...writeDocument(chain()), ui: UI });
const text = (editor: EditorStore): string => JSON.stringify(editor.definition());
const uiOf = (editor: EditorStore): any => (editor.definition() as any).ui;

let editor: EditorStore;
beforeEach(() => {
  editor = new EditorStore(new MemoryStorage());
  editor.setCatalog(types);
  editor.open(drawn());
});

describe('Groups and notes', () => {
  it('are read from a file and written as they were', () => {
    expect(annotations(drawn()).map((one) => [one.id, one.text, one.color])).toEqual([['group:0', 'Finish', '#203040'], ['group:1', 'Inner', undefined], ['note:0', 'Try *five* passes.', undefined], ['note:1', '', undefined]]);
    expect((writeDocument(drawn()) as any).ui).toEqual(UI);
  });

  it.each([{ ui: 3 }, { ui: { groups: {}, notes: [1, null] } }, {}])('are none in %j', (more) => expect(annotations(readDocument(more))).toEqual([]));

  it('are never too small to be found again', () => {
    expect(annotation(drawn(), 'note:1')!.width).toBeGreaterThan(50);
    expect(annotation(readDocument({ ui: { groups: [{ title: 'A', x: 'far', width: -5 }] } }), 'group:0')).toMatchObject({ x: 0, width: 120 });
  });

  it('take no colour from a file that is none', () => expect(annotation(readDocument({ ui: { groups: [{ title: 'A', color: 'red;background:url(x)' }] } }), 'group:0')!.color).toBeUndefined());

  it('keep members the studio does not know through every change', () => {
    const { document } = apply(drawn(), changeAnnotations(drawn(), new Map([['group:0', { text: 'Other', color: undefined }], ['note:0', { markdown: false }]])));
    const { ui } = writeDocument(document) as any;
    expect(ui.groups[0]).toEqual({ title: 'Other', x: -20, y: -40, width: 600, height: 400, later: { kept: true } });
    expect(ui.notes[0]).toEqual({ text: 'Try *five* passes.', x: 20, y: 300, width: 200, height: 60 });
    expect(ui.zoom).toBe(2);
  });

  it('leave nothing behind when the last one goes', () => {
    const only = readDocument({ ui: { notes: [{ text: 'x', x: 0, y: 0, width: 200, height: 60 }] } });
    expect('ui' in writeDocument(apply(only, removeAnnotations(only, new Set(['note:0']))).document)).toBe(false);
  });
});

describe('A group', () => {
  it('moves with what lies in it: nodes and notes by their middle, groups that are in it whole', () => {
    const moved = movedWith(new Geometry(drawn(), catalog), [], ['group:0']);
    expect([...moved.nodes].sort()).toEqual(['load', 'sharpen']);
    expect([...moved.annotations].sort()).toEqual(['group:0', 'group:1', 'note:0']);
    moveAll(editor, 10, 20, moved);
    expect([editor.node('load')!.x, editor.node('save')!.x, uiOf(editor).groups[1].x, uiOf(editor).notes[0].y, uiOf(editor).notes[1].x]).toEqual([10, 600, 310, 320, 900]);
  });

  it('is made around the selection with room for its title, and around nothing where nothing is selected', () => {
    editor.select(['load', 'sharpen']);
    const id = group(editor, 'New', { x: 0, y: 0 });
    const made = editor.annotation(id)!;
    const nodes = editor.value.geometry.bounds(['load', 'sharpen'])!;
    expect(made.x < nodes.x && made.y < nodes.y - 28 && made.x + made.width > nodes.x + nodes.width && made.y + made.height > nodes.y + nodes.height).toBe(true);
    expect([...movedWith(editor.value.geometry, [], [id]).nodes].sort()).toEqual(['load', 'sharpen']);
    editor.open(readDocument({}));
    expect(editor.annotation(group(editor, 'Empty', { x: 500, y: 500 }))).toMatchObject({ x: 300, y: 350, width: 400 });
  });
});

describe('Every change of groups and notes', () => {
  const changes: [string, () => void][] = [
    ['making a group', () => void group(editor, 'G', { x: 0, y: 0 })],
    ['adding a note', () => void addAnnotation(editor, { kind: 'note', text: 'n', x: 0, y: 0, width: 200, height: 60, markdown: true })],
    ['renaming', () => changeAnnotation(editor, 'group:0', { text: 'Renamed' })],
    ['colouring', () => changeAnnotation(editor, 'group:1', { color: '#112233' })],
    ['resizing', () => changeAnnotation(editor, 'note:0', { width: 500, height: 300 })],
    ['moving', () => moveAll(editor, 5, 5, movedWith(editor.value.geometry, ['save'], ['group:0', 'note:1']))],
    ['deleting', () => { editor.choose(['group:0', 'note:1'], ['save']); removeSelected(editor); }],
    ['pasting', () => { editor.choose(['group:1', 'note:0'], ['load']); editor.paste(editor.copy()!); }],
  ];

  it.each(changes)('%s is undone and done again', (_, change) => {
    const before = text(editor);
    change();
    const after = text(editor);
    expect(after).not.toBe(before);
    expect(editor.undo()).toBe(true);
    expect(text(editor)).toBe(before);
    expect(editor.redo()).toBe(true);
    expect(text(editor)).toBe(after);
    expect(JSON.stringify(writeDocument(readDocument(editor.definition())))).toBe(after);
  });
});

describe('Selecting', () => {
  it('takes groups and notes beside nodes, and a node alone lets go of them', () => {
    editor.choose(['note:0'], ['load']);
    expect([editor.targets(), editor.noteTargets()]).toEqual([['load'], ['note:0']]);
    editor.select(['save']);
    expect([editor.targets(), editor.noteTargets()]).toEqual([['save'], []]);
  });

  it('never deletes the focused node when a note has the focus', () => {
    editor.choose(['note:0']);
    expect(editor.targets()).toEqual([]);
    expect(removeSelected(editor)).toBe(1);
    expect(editor.value.document.nodes.size).toBe(3);
  });

  it('copies only what is selected', () => {
    editor.choose(['note:0'], ['load']);
    const copied = JSON.parse(editor.copy()!);
    expect([copied.nodes.length, copied.ui]).toEqual([1, { notes: [UI.notes[0]] }]);
    editor.select(['load']);
    expect(JSON.parse(editor.copy()!).ui).toBeUndefined();
    editor.open(readDocument({}));
    expect(editor.paste(JSON.stringify(copied))).toBe(2);
    expect(uiOf(editor).notes[0]).toMatchObject({ text: 'Try *five* passes.', x: 60, y: 340 });
  });

  it('lets go of what an undo takes away', () => {
    group(editor, 'G', { x: 0, y: 0 });
    editor.undo();
    expect([editor.value.chosen.size, editor.value.focusedNote]).toEqual([0, undefined]);
  });
});

describe('Markdown of notes', () => {
  it('knows headings, lists, code and paragraphs', () => {
    expect(blocks('# Models\n- one\n- two\n\n1. first\ntext\nmore\n\n```\na *b*\n```').map((one) => one.kind)).toEqual(['heading', 'list', 'list', 'paragraph', 'code']);
    expect(blocks('```\nopen').at(-1)).toEqual({ kind: 'code', text: 'open' });
  });

  it('knows bold, emphasis, code and links, and leaves the rest as it is', () => {
    expect(spans('a **b** *c* `d` [e](https://e.org/x) https://f.org. 2 * 3 * 4').map((one) => one.kind)).toEqual(['text', 'strong', 'text', 'em', 'text', 'code', 'text', 'link', 'text', 'link', 'text']);
  });

  it.each(['[x](javascript:alert(1))', '<script>alert(1)</script>', '[x](data:text/html,x)'])('makes no link of %s', (line) => expect(spans(line).every((one) => one.kind === 'text')).toBe(true));
});
