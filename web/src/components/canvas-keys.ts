import { app } from '../app';
import type { MessageKey } from '../i18n';
import type { GraphCanvas } from './graph-canvas';

/** What the list of keys shows; the handler below is its other half. */
export const keyList: readonly (readonly [keys: string, what: MessageKey])[] = [
  ['← ↑ → ↓', 'keys.arrows'],
  ['[ ]', 'keys.wires'],
  ['Space', 'keys.space'],
  ['Enter', 'keys.enter'],
  ['Alt + ← ↑ → ↓', 'keys.move'],
  ['A', 'keys.add'],
  ['W', 'keys.wire'],
  ['Delete', 'keys.delete'],
  ['Ctrl Z, Ctrl Shift Z', 'keys.undo'],
  ['Ctrl C, X, V, D', 'keys.copy'],
  ['Ctrl A', 'keys.all'],
  ['M, B', 'keys.mode'],
  ['+ − F', 'keys.zoom'],
  ['L', 'keys.layout'],
  ['Ctrl Enter', 'keys.run'],
  ['Ctrl S', 'keys.save'],
  ['Esc', 'keys.escape'],
  ['?', 'keys.help'],
];

const DIRECTIONS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;
const SHIFT = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const;
const STEP = 24;

// Browsers give the system's clipboard only to pages served safely; what was copied here is always at hand.
let copied = '';

async function paste(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => copied);
  const count = app.editor.paste(text || copied) || app.editor.paste(copied);
  if (count > 0) app.say('say.pasted', { count });
  else app.warn('say.pasteNone');
}

function copy(): string | undefined {
  const text = app.editor.copy();
  if (text === undefined) return undefined;
  copied = text;
  void navigator.clipboard?.writeText(text).catch(() => undefined);
  app.say('say.copied', { count: app.editor.targets().length });
  return text;
}

export function undo(): void {
  if (!app.editor.undo()) app.say('say.nothingToUndo');
}

export function redo(): void {
  if (!app.editor.redo()) app.say('say.nothingToRedo');
}

function go(canvas: GraphCanvas, id: string | undefined): void {
  if (id === undefined) return;
  app.editor.select([], id);
  canvas.reveal(id);
}

function alongWire(back: boolean): string | undefined {
  const { focus, geometry } = app.editor.value;
  if (focus === undefined) return undefined;
  const edges = geometry.edgesOf(focus);
  return back ? edges.find((edge) => edge.to.node === focus)?.from.node : edges.find((edge) => edge.from.node === focus)?.to.node;
}

function withControl(event: KeyboardEvent): (() => void) | undefined {
  switch (event.key.toLowerCase()) {
    case 'z': return event.shiftKey ? redo : undo;
    case 'y': return redo;
    case 'a': return () => app.editor.selectAll();
    case 'c': return () => copy();
    case 'x': return () => void (copy() !== undefined && app.editor.remove());
    case 'v': return () => void paste();
    case 'd': return () => {
      const text = app.editor.copy();
      if (text !== undefined) app.editor.paste(text);
    };
    default: return undefined;
  }
}

function plain(event: KeyboardEvent, canvas: GraphCanvas): (() => void) | undefined {
  const { focus, geometry } = app.editor.value;
  switch (event.key) {
    case '[': return () => go(canvas, alongWire(true));
    case ']': return () => go(canvas, alongWire(false));
    case 'Home': return () => go(canvas, app.editor.value.document.nodes.keys().next().value);
    case ' ': return () => void (focus !== undefined && app.editor.toggle(focus));
    case 'Enter': return () => void canvas.dispatchEvent(new CustomEvent('vtx-inspect', { bubbles: true }));
    case 'Escape': return () => app.editor.select([], focus);
    case 'Delete':
    case 'Backspace': return () => {
      const count = app.editor.remove();
      if (count > 0) app.say('say.deleted', { count });
    };
    case '+':
    case '=': return () => canvas.zoomBy(1.25);
    case '-': return () => canvas.zoomBy(0.8);
    case 'f': return () => canvas.fit();
    case 'l': return () => void app.arrange().then(() => canvas.fit());
    case 'm': return () => app.editor.setMode('muted');
    case 'b': return () => app.editor.setMode('bypassed');
    case 'a': return () => {
      const box = focus === undefined ? undefined : geometry.box(focus);
      canvas.askPalette({ at: box ? { x: box.x + box.width + 60, y: box.y } : canvas.centre() });
    };
    case 'w': return () => void canvas.dispatchEvent(new CustomEvent('vtx-connect', { bubbles: true }));
    case '?': return () => void canvas.dispatchEvent(new CustomEvent('vtx-help', { bubbles: true }));
    default: return undefined;
  }
}

/** The canvas's keyboard. What it does not know goes on to the page. */
export function handleKey(event: KeyboardEvent, canvas: GraphCanvas): void {
  const direction = DIRECTIONS[event.key as keyof typeof DIRECTIONS];
  let action: (() => void) | undefined;
  if (direction && !event.ctrlKey && !event.metaKey) {
    const [dx, dy] = SHIFT[direction];
    const { focus, geometry, selection } = app.editor.value;
    if (event.altKey) action = () => app.editor.move(dx * STEP, dy * STEP, undefined, `move ${[...selection, focus].join()}`);
    else if (focus === undefined) action = () => go(canvas, app.editor.value.document.nodes.keys().next().value);
    else action = () => go(canvas, geometry.neighbour(focus, direction));
  } else if (event.ctrlKey || event.metaKey) {
    action = withControl(event);
  } else if (!event.altKey) {
    action = plain(event, canvas);
  }
  if (!action) return;
  event.preventDefault();
  action();
}
