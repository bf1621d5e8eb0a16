import { describe, expect, it } from 'vitest';
import { apply, type Command } from '../src/core/commands';
import { readDocument, writeDocument, type WorkflowDocument } from '../src/core/document';
import { History, type KeptSteps } from '../src/core/history';
import { parseJson, writeJson } from '../src/core/json';
import { chain } from './some';

const text = (document: WorkflowDocument): string => JSON.stringify(writeDocument(document));
const node = (id: string) => ({ id, type: 'SaveImage', inputs: {}, mode: 'active' as const, x: 1, y: 2, ui: {}, rest: {} });
const edge = { from: { node: 'load', port: 'IMAGE' }, to: { node: 'save', port: 'images' } };

const every: Command[] = [
  { kind: 'nodes.add', nodes: [node('new'), node('load')] },
  { kind: 'nodes.remove', ids: ['sharpen', 'nobody'] },
  { kind: 'nodes.move', places: [{ id: 'load', x: 9, y: 9 }, { id: 'nobody', x: 1, y: 1 }] },
  { kind: 'node.patch', id: 'sharpen', patch: { title: undefined, mode: 'bypassed' } },
  { kind: 'node.patch', id: 'nobody', patch: { title: 'x' } },
  { kind: 'node.patch', id: 'sharpen', patch: { rest: { meta: { other: 2 } } } },
  { kind: 'input.set', id: 'sharpen', port: 'sigma', value: 5 },
  { kind: 'input.set', id: 'sharpen', port: 'sigma', value: undefined },
  { kind: 'input.set', id: 'sharpen', port: 'mode', value: 'hard' },
  { kind: 'edges.add', edges: [edge] },
  { kind: 'edges.add', edges: [edge, { from: { node: 'nobody', port: 'a' }, to: { node: 'load', port: 'b' } }] },
  { kind: 'edges.remove', edges: [edge] },
  { kind: 'document.rename', name: 'Other' },
  { kind: 'rest.set', name: 'ui', value: { notes: [{ text: 'n', x: 0, y: 0, width: 9, height: 9 }] } },
  { kind: 'rest.set', name: 'compatibility', value: undefined },
];

describe('A command', () => {
  it.each([...every, { kind: 'batch', commands: every } as Command])('$kind is taken back by its inverse', (command) => {
    const before = chain();
    const { document, inverse } = apply(before, command);
    expect(text(apply(document, inverse).document)).toBe(text(before));
    expect(text(before)).toBe(text(chain()));
  });

  it('replaces the wire of an input that has one, and gives it back', () => {
    const { document, inverse } = apply(chain(), { kind: 'edges.add', edges: [edge] });
    expect(document.edges.size).toBe(2);
    expect([...document.edges.values()]).toContainEqual(edge);
    expect(text(apply(document, inverse).document)).toBe(text(chain()));
  });

  it('takes a removed node’s wires with it', () => {
    expect(apply(chain(), { kind: 'nodes.remove', ids: ['sharpen'] }).document.edges.size).toBe(0);
  });

  it('is taken back in any chain of random ones', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 200; round++) {
      const history = new History(chain());
      const texts = [text(history.document)];
      for (let step = 0; step < 12; step++) {
        history.do(every[Math.floor(random() * every.length)]!);
        texts.push(text(history.document));
      }
      for (let step = 11; step >= 0; step--) {
        expect(history.undo()).toBeDefined();
        expect(text(history.document)).toBe(texts[step]);
      }
      for (let step = 1; step <= 12; step++) {
        expect(history.redo()).toBeDefined();
        expect(text(history.document)).toBe(texts[step]);
      }
    }
  });
});

describe('The history', () => {
  it('is taken back and done again after it was written and read', () => {
    const long: Command = { kind: 'document.set', document: { ...chain(), name: 'Replaced', rest: { ...chain().rest, elsewhere: { $map: [1], $none: true, big: 2n ** 60n } } } };
    const history = new History(chain());
    for (const command of [...every, long]) history.do(command, undefined, ['in', 'here']);
    history.undo();
    const [full, before] = [text(chain()), text(history.document)];
    const kept = parseJson(writeJson(history.keep(1_000_000))) as unknown as KeptSteps;
    const again = new History(readDocument(parseJson(writeJson(writeDocument(history.document)))));
    again.take(kept);
    expect(again.redo()!.place).toEqual(['in', 'here']);
    expect(writeJson(writeDocument(again.document))).toContain('"$none":true');
    expect(writeJson(writeDocument(again.document))).toContain('1152921504606846976');
    again.undo();
    expect(text(again.document)).toBe(before);
    while (again.canUndo) again.undo();
    expect(text(again.document)).toBe(full);
  });

  it('stays one small step however long somebody types or drags', () => {
    const history = new History(chain());
    const before = text(history.document);
    const typed = (at: number): Command => ({ kind: 'in', graph: 'none', command: { kind: 'batch', commands: [{ kind: 'input.set', id: 'sharpen', port: 'sigma', value: at }, { kind: 'rest.set', name: 'inputs', value: [at] }] } });
    for (let at = 0; at < 20_000; at++) {
      history.do({ kind: 'batch', commands: [{ kind: 'input.set', id: 'sharpen', port: 'sigma', value: at }, { kind: 'nodes.move', places: [{ id: 'load', x: at, y: 0 }] }] }, 'same');
    }
    expect(writeJson(history.keep(1_000_000)).length).toBeLessThan(1_000);
    for (let at = 0; at < 20_000; at++) history.do(typed(at), 'other');
    // What does not replace what was done stays beside it, flat: nothing here may be as deep as it is long.
    for (let at = 0; at < 2_000; at++) history.do({ kind: 'edges.remove', edges: [edge] }, 'third');
    expect(history.keep(10_000_000).done.length).toBe(3);
    while (history.canUndo) history.undo();
    expect(text(history.document)).toBe(before);
  });

  it('takes back all of a step of which the last word touched more than the first', () => {
    const history = new History(chain());
    const before = text(history.document);
    history.do({ kind: 'node.patch', id: 'sharpen', patch: { title: 'A' } }, 'same');
    history.do({ kind: 'node.patch', id: 'sharpen', patch: { title: 'AB', mode: 'muted' } }, 'same');
    history.undo();
    expect([text(history.document), history.canUndo]).toEqual([before, false]);
  });

  it('keeps the newest steps there is room for, and takes none that it cannot read', () => {
    const history = new History(chain());
    for (const name of ['one', 'two', 'three']) history.do({ kind: 'document.rename', name });
    const all = history.keep(100_000).done;
    const two = history.keep(writeJson(all[1]).length + writeJson(all[2]).length);
    expect(two.done).toEqual(all.slice(1));
    expect(history.keep(0)).toEqual({ done: [], undone: [] });
    const again = new History(history.document);
    again.take({ done: [{ command: 1 }], undone: [] });
    expect(again.canUndo).toBe(false);
  });

  it('takes typing back at once', () => {
    const history = new History(chain());
    for (const value of [3, 4, 5]) history.do({ kind: 'input.set', id: 'sharpen', port: 'sigma', value }, 'sigma');
    history.undo();
    expect(history.document.nodes.get('sharpen')!.inputs.sigma).toBe(2);
    expect(history.canUndo).toBe(false);
    history.redo();
    expect(history.document.nodes.get('sharpen')!.inputs.sigma).toBe(5);
  });

  it('forgets what was undone once something else is done', () => {
    const history = new History(chain());
    history.do({ kind: 'document.rename', name: 'A' });
    history.undo();
    history.do({ kind: 'document.rename', name: 'B' });
    expect(history.redo()).toBeUndefined();
    expect(history.document.name).toBe('B');
  });

  it('is dirty until the document is the saved one again', () => {
    const history = new History(chain());
    expect(history.dirty).toBe(false);
    history.do({ kind: 'document.rename', name: 'A' });
    expect(history.dirty).toBe(true);
    history.markSaved();
    expect(history.dirty).toBe(false);
    expect(new History(chain(), false).dirty).toBe(true);
  });

  it('is saved again where it was saved, by taking back and by doing again, also after it was written and read', () => {
    const history = new History(chain());
    history.do({ kind: 'document.rename', name: 'A' });
    history.markSaved();
    history.do({ kind: 'document.rename', name: 'B' });
    history.do({ kind: 'document.rename', name: 'C' });
    history.undo();
    history.undo();
    expect(history.dirty).toBe(false);
    history.undo();
    expect(history.dirty).toBe(true);
    const later = (): History => {
      const again = new History(readDocument(writeDocument(history.document)), false);
      again.take(parseJson(writeJson(history.keep(1_000_000))) as unknown as KeptSteps);
      return again;
    };
    let again = later();
    expect(again.dirty).toBe(true);
    again.redo();
    expect(again.dirty).toBe(false);
    again.redo();
    expect(again.dirty).toBe(true);
    history.redo();
    history.redo();
    again = later();
    again.undo();
    expect(again.dirty).toBe(false);
    // Something else in its place: what was saved is not to be reached any more.
    again.undo();
    again.do({ kind: 'document.rename', name: '9' });
    again.undo();
    expect(again.dirty).toBe(true);
  });

  it('is not saved where a word went on that was saved', () => {
    const history = new History(chain());
    history.do({ kind: 'document.rename', name: '1' }, 'word');
    history.markSaved();
    history.do({ kind: 'document.rename', name: '12' }, 'word');
    expect(history.dirty).toBe(true);
    history.undo();
    expect(history.dirty).toBe(true);
  });

  it('is not saved where it began once it no longer reaches back there', () => {
    const history = new History(chain(), true, 2);
    for (let width = 1; width <= 3; width++) history.do({ kind: 'document.rename', name: String(width) });
    while (history.undo());
    expect(history.dirty).toBe(true);
  });

  it('keeps no more steps than its limit', () => {
    const history = new History(chain(), true, 3);
    for (const name of 'abcde') history.do({ kind: 'document.rename', name });
    while (history.undo());
    expect(history.document.name).toBe('b');
  });
});
