import { beforeEach, describe, expect, it } from 'vitest';
import { EditorStore } from '../src/stores/editor';
import { SettingsStore } from '../src/stores/settings';
import { catalog, chain, MemoryStorage, types } from './some';

let storage: MemoryStorage;
let editor: EditorStore;

beforeEach(() => {
  storage = new MemoryStorage();
  editor = new EditorStore(storage);
  editor.setCatalog(types);
});

describe('The editor', () => {
  it('joins a node that is added for a wire to the first port that fits', () => {
    editor.open(chain());
    const id = editor.addNode(catalog.get('ImageSharpen')!, { x: 0, y: 0 }, { node: 'load', port: 'IMAGE', type: 'Image', side: 'output' });
    expect(editor.edgeInto(id, 'image')?.from).toEqual({ node: 'load', port: 'IMAGE' });
    expect(editor.node(id)!.inputs).toEqual({ mode: 'soft' });
    editor.undo();
    expect(editor.node(id)).toBeUndefined();
    expect(editor.value.document.edges.size).toBe(2);
  });

  it('refuses a wire that does not fit or closes a circle', () => {
    editor.open(chain());
    expect(editor.connect({ from: { node: 'load', port: 'MASK' }, to: { node: 'save', port: 'images' } })).toBe(false);
    expect(editor.connect({ from: { node: 'sharpen', port: 'IMAGE' }, to: { node: 'sharpen', port: 'image' } })).toBe(false);
    expect(editor.connect({ from: { node: 'load', port: 'IMAGE' }, to: { node: 'save', port: 'images' } })).toBe(true);
  });

  it('moves the focus on when the focused node goes', () => {
    editor.open(chain());
    editor.select(['sharpen']);
    editor.remove();
    expect(editor.value.focus).toBe('save');
    editor.undo();
    expect(editor.value.document.nodes.size).toBe(3);
  });

  it('copies with the wires in between, also into another workflow', () => {
    editor.open(chain());
    editor.select(['load', 'sharpen']);
    const text = editor.copy()!;
    editor.open(chain());
    expect(editor.paste(text)).toBe(2);
    expect(editor.value.document.nodes.size).toBe(5);
    expect(editor.value.document.edges.size).toBe(3);
    expect(editor.value.selection.size).toBe(2);
  });

  it.each(['', 'words', '{}', '[1]', '{"nodes":[{"id":1}]}'])('pastes nothing from %j', (text) => expect(editor.paste(text)).toBe(0));

  it('mutes, and takes it back the second time', () => {
    editor.open(chain());
    editor.select(['load', 'save']);
    editor.setMode('muted');
    expect(editor.node('load')!.mode).toBe('muted');
    editor.setMode('muted');
    expect([editor.node('load')!.mode, editor.node('save')!.mode]).toEqual(['active', 'active']);
  });

  it('is there again after a reload, with its run and that it was not saved', () => {
    editor.open(chain());
    editor.move(10, 0, ['load']);
    editor.setRun('run_1');
    editor.flushDraft();
    const again = new EditorStore(storage);
    expect(again.node('load')!.x).toBe(10);
    expect([again.value.runId, again.value.dirty]).toEqual(['run_1', true]);
  });

  it('takes back and does again after a reload what was done before it', () => {
    editor.open(chain());
    editor.move(10, 0, ['load']);
    editor.select(['sharpen']);
    editor.remove();
    editor.undo();
    editor.flushDraft();
    const again = new EditorStore(storage);
    expect([again.value.canUndo, again.value.canRedo]).toEqual([true, true]);
    again.redo();
    expect(again.node('sharpen')).toBeUndefined();
    again.undo();
    again.undo();
    expect([again.node('load')!.x, again.value.canUndo]).toEqual([0, false]);
  });

  it('keeps the workflow without its steps where there is no room for both', () => {
    const small = new EditorStore({ getItem: (key) => storage.getItem(key), setItem: (key, value) => { if (value.includes('"steps"')) throw new Error('full'); storage.setItem(key, value); } });
    let lost = false;
    small.onDraftLost = () => (lost = true);
    small.open(chain());
    small.move(10, 0, ['load']);
    small.flushDraft();
    const again = new EditorStore(storage);
    expect([lost, again.node('load')!.x, again.value.canUndo]).toEqual([false, 10, false]);
  });

  it('begins empty where the draft cannot be read, and says when none can be kept', () => {
    storage.kept.set('vortex.draft', '{"definition":[]}');
    expect(new EditorStore(storage).value.document.nodes.size).toBe(0);
    let lost = false;
    const full = new EditorStore({ getItem: () => null, setItem: () => { throw new Error('full'); } });
    full.onDraftLost = () => (lost = true);
    full.flushDraft();
    expect(lost).toBe(true);
  });
});

describe('Settings', () => {
  it('take the language the browser asks for, and keep what was chosen', () => {
    expect(new SettingsStore(storage, ['fr', 'de-AT', 'en']).value.language).toBe('de');
    new SettingsStore(storage).choose({ theme: 'dark', language: 'en' });
    expect(new SettingsStore(storage, ['de']).value).toEqual({ theme: 'dark', language: 'en', minimap: true });
    storage.kept.set('vortex.settings', '{{');
    expect(new SettingsStore(storage).value.theme).toBe('system');
  });
});
