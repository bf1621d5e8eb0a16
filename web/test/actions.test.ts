// @vitest-environment happy-dom
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../src/actions';
import { keyOf, keyText } from '../src/actions/keys';
import { page } from '../src/actions/page';
import { ActionRegistry, type Action } from '../src/actions/registry';
import { findActions, Recent } from '../src/components/command-palette';
import type { GraphCanvas } from '../src/components/graph-canvas';
import { message } from '../src/i18n';
import { MemoryStorage } from './some';

const name = (action: Action): string => message('en', action.label);
const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const action = (more: Partial<Action>): Action => ({ id: 'a', label: 'top.run', section: 'run', run: () => undefined, ...more });

describe('Keys', () => {
  it.each([
    [{ key: 'a' }, 'A'],
    [{ key: 'A', shiftKey: true }, 'Shift+A'],
    [{ key: 'z', metaKey: true, shiftKey: true }, 'Ctrl+Shift+Z'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: ' ' }, 'Space'],
    [{ key: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
    [{ key: 'Enter', ctrlKey: true }, 'Ctrl+Enter'],
    // German keyboards on Windows: AltGr and 8.
    [{ key: '[', ctrlKey: true, altKey: true, getModifierState: (one: string) => one === 'AltGraph' }, '['],
    // Option on a Mac.
    [{ key: 'ArrowUp', altKey: true, getModifierState: (one: string) => one === 'AltGraph' }, 'Alt+ArrowUp'],
  ])('%j is %s', (event, expected) => expect(keyOf({ ...held, ...event })).toBe(expected));

  it('are read as people write them', () => {
    expect(['+', 'Ctrl+Shift+Z', 'Alt+ArrowLeft'].map((key) => keyText(key))).toEqual(['+', 'Ctrl Shift Z', 'Alt ←']);
    expect(keyText('Ctrl+K', true)).toBe('⌘ K');
  });
});

describe('The registry of actions', () => {
  it('refuses an id or a key that is taken', () => {
    const registry = new ActionRegistry();
    registry.add(action({ keys: ['A'] }));
    expect(() => registry.add(action({}))).toThrow("two actions 'a'");
    expect(() => registry.add(action({ id: 'b', keys: ['A'] }))).toThrow('want the key A');
  });

  it('knows keys of the graph and of the page apart', () => {
    expect(actions.byKey('Ctrl+K', 'page')?.id).toBe('view.commands');
    expect(actions.byKey('Ctrl+K', 'graph')).toBeUndefined();
    // A plain letter on the whole page would take it away from every text field.
    for (const one of actions.all().filter((one) => one.scope === 'page')) for (const key of one.keys ?? []) expect(key, one.id).toMatch(/^Ctrl\+/);
  });

  // VORTEX_UPDATE_DOCS=1 writes the table anew.
  it('has the keys that the documentation lists, and no others', () => {
    const path = resolve(import.meta.dirname, '../../docs/studio.md');
    const text = readFileSync(path, 'utf8');
    const table = ['| key | what it does |', '| --- | --- |', ...actions.all().filter((one) => one.keys).map((one) => `| ${one.keys!.map((key) => `\`${keyText(key)}\``).join(', ')} | ${name(one)} |`)].join('\n');
    const written = text.replace(/\| key \| what it does \|\n(?:\|.*\n)*/, `${table}\n`);
    if (process.env.VORTEX_UPDATE_DOCS) writeFileSync(path, written);
    else expect(written).toBe(text);
  });
});

describe('The command palette', () => {
  beforeEach(() => (page.canvas = {} as GraphCanvas));

  it('finds actions by what they are called, and leaves out what makes sense by key only', () => {
    expect(findActions('paste', [], name)[0]?.id).toBe('edit.paste');
    expect(findActions('', [], name).map((one) => one.id)).not.toContain('graph.nearest');
  });

  it('puts what was used lately first', () => {
    expect(findActions('', ['workflow.save', 'edit.paste'], name).slice(0, 2).map((one) => one.id)).toEqual(['workflow.save', 'edit.paste']);
  });

  it('offers what is possible now', () => {
    expect(findActions('cancel the run', [], name)).toEqual([]);
    page.canvas = undefined;
    expect(findActions('paste', [], name)).toEqual([]);
    expect(findActions('save', [], name).map((one) => one.id)).toContain('workflow.save');
  });

  it('remembers eight, newest first and each once, also over a reload', () => {
    const storage = new MemoryStorage();
    const recent = new Recent(storage);
    for (const id of 'abcdefghia') recent.use(id);
    expect(new Recent(storage).ids).toEqual([...'aihgfedc']);
    storage.kept.set('vortex.recent', '{"not":"a list"}');
    expect(new Recent(storage).ids).toEqual([]);
  });
});
