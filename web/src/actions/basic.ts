import { app } from '../app';
import { movedWith, type Contents } from '../core/annotations';
import { moveAll, removeSelected } from '../stores/annotations';
import { copySelection, duplicate, paste, redo, remove, undo } from './clipboard';
import { ask, page } from './page';
import { actions } from './registry';
import { leaveLevel } from './subgraphs';

const DIRECTIONS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;
const SHIFT = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;
type Arrow = keyof typeof DIRECTIONS;
const ARROWS: readonly Arrow[] = ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'];
const STEP = 24;

const some = (): boolean => app.editor.targets().length > 0;
const anything = (): boolean => some() || app.editor.noteTargets().length > 0;
const any = (): boolean => app.editor.value.document.nodes.size > 0;
const first = (): string | undefined => app.editor.value.document.nodes.keys().next().value;

/** Puts the focus on a node and shows it. */
export function goTo(id: string | undefined): void {
  if (id === undefined) return;
  app.editor.select([], id);
  page.canvas?.reveal(id);
}

function alongWire(back: boolean): string | undefined {
  const { focus, geometry } = app.editor.value;
  if (focus === undefined) return undefined;
  const edges = geometry.edgesOf(focus);
  return back ? edges.find((edge) => edge.to.node === focus)?.from.node : edges.find((edge) => edge.from.node === focus)?.to.node;
}

function nearest(key: string | undefined): void {
  const { focus, focusedNote, geometry } = app.editor.value;
  const note = app.editor.annotation(focusedNote);
  const from = note ? { x: note.x + note.width / 2, y: note.y + note.height / 2 } : focus;
  goTo(from === undefined ? first() : geometry.neighbour(from, DIRECTIONS[key as Arrow]));
}

/** What the last key moved, while nothing else happened: a group that is pushed across others takes along what it held at first. */
let pushed: { readonly merge: string; readonly what: Contents; readonly document: unknown } | undefined;

function moveBy(key: string | undefined): void {
  const [dx, dy] = SHIFT[key!.replace('Alt+', '') as Arrow];
  const [nodes, notes] = [app.editor.targets(), app.editor.noteTargets()];
  const merge = `move ${[...nodes, ...notes].join()}`;
  const { document, geometry } = app.editor.value;
  const what = pushed?.merge === merge && pushed.document === document ? pushed.what : movedWith(geometry, nodes, notes);
  moveAll(app.editor, dx * STEP, dy * STEP, what, merge);
  pushed = { merge, what, document: app.editor.value.document };
}

/** Lets go of what is selected; with nothing selected, goes a level out. */
function escape(): void {
  const { selection, chosen, focusedNote, focus } = app.editor.value;
  if (selection.size > 0 || chosen.size > 0 || focusedNote !== undefined) app.editor.select([], focus);
  else leaveLevel();
}

/** Takes what has the focus into the selection, or out of it. */
function toggle(): void {
  const { focus, focusedNote } = app.editor.value;
  if (focusedNote !== undefined) app.editor.toggleNote(focusedNote);
  else if (focus !== undefined) app.editor.toggle(focus);
}

/** By key beside the focused node; else in the middle of what is seen. */
function addNode(key: string | undefined): void {
  const { focus, geometry } = app.editor.value;
  const box = key === undefined || focus === undefined ? undefined : geometry.box(focus);
  page.canvas?.askPalette(box ? { at: { x: box.x + box.width + 60, y: box.y } } : undefined);
}

actions.add(
  { id: 'graph.nearest', label: 'keys.arrows', section: 'graph', keys: ARROWS, inPalette: false, run: nearest },
  { id: 'graph.along', label: 'keys.wires', section: 'graph', keys: ['[', ']'], inPalette: false, run: (key) => goTo(alongWire(key === '[')) },
  { id: 'graph.first', label: 'keys.first', section: 'graph', keys: ['Home'], enabled: any, run: () => goTo(first()) },
  { id: 'graph.toggle', label: 'keys.space', section: 'graph', keys: ['Space'], inPalette: false, run: toggle },
  { id: 'graph.inspect', label: 'keys.enter', section: 'graph', keys: ['Enter'], enabled: anything, run: () => ask('vtx-inspect') },
  { id: 'graph.escape', label: 'keys.escape', section: 'graph', keys: ['Escape'], inPalette: false, run: escape },
  { id: 'graph.connect', label: 'keys.wire', section: 'graph', keys: ['W'], enabled: some, run: () => ask('vtx-connect') },
  { id: 'edit.add', label: 'top.add', section: 'edit', keys: ['A'], icon: 'plus', run: addNode },
  { id: 'edit.delete', label: 'keys.delete', section: 'edit', keys: ['Delete', 'Backspace'], enabled: anything, run: remove },
  { id: 'edit.undo', label: 'top.undo', section: 'edit', keys: ['Ctrl+Z'], icon: 'undo', enabled: () => app.editor.value.canUndo, why: 'say.nothingToUndo', run: undo },
  { id: 'edit.redo', label: 'top.redo', section: 'edit', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], icon: 'redo', enabled: () => app.editor.value.canRedo, why: 'say.nothingToRedo', run: redo },
  { id: 'edit.copy', label: 'keys.copyOnly', section: 'edit', keys: ['Ctrl+C'], enabled: anything, run: copySelection },
  { id: 'edit.cut', label: 'keys.cut', section: 'edit', keys: ['Ctrl+X'], enabled: anything, run: () => copySelection() && removeSelected(app.editor) },
  { id: 'edit.paste', label: 'keys.paste', section: 'edit', keys: ['Ctrl+V'], run: paste },
  { id: 'edit.duplicate', label: 'keys.duplicate', section: 'edit', keys: ['Ctrl+D'], enabled: anything, run: duplicate },
  { id: 'edit.selectAll', label: 'keys.all', section: 'edit', keys: ['Ctrl+A'], enabled: any, run: () => app.editor.selectAll() },
  { id: 'arrange.move', label: 'keys.move', section: 'arrange', keys: ARROWS.map((arrow) => `Alt+${arrow}`), inPalette: false, run: moveBy },
  { id: 'arrange.layout', label: 'keys.layout', section: 'arrange', keys: ['L'], icon: 'arrange', enabled: any, run: () => app.arrange().then(() => page.canvas?.fit()) },
  { id: 'view.zoomIn', label: 'canvas.zoomIn', section: 'view', keys: ['+', '='], icon: 'plus', run: () => page.canvas?.zoomBy(1.25) },
  { id: 'view.zoomOut', label: 'canvas.zoomOut', section: 'view', keys: ['-'], icon: 'minus', run: () => page.canvas?.zoomBy(0.8) },
  { id: 'view.fit', label: 'canvas.fit', section: 'view', keys: ['F'], icon: 'fit', enabled: any, run: () => page.canvas?.fit() },
  { id: 'view.minimap', label: 'minimap.toggle', section: 'view', keys: ['Shift+M'], icon: 'map', pressed: () => app.settings.value.minimap, run: () => app.settings.choose({ minimap: !app.settings.value.minimap }) },
  { id: 'view.commands', label: 'commands.title', section: 'view', keys: ['Ctrl+K'], scope: 'page', inPalette: false, icon: 'search', run: () => ask('vtx-commands') },
  { id: 'view.keys', label: 'top.help', section: 'view', keys: ['?'], run: () => ask('vtx-help') },
  { id: 'workflow.new', label: 'top.new', section: 'workflow', scope: 'page', run: () => app.newDocument() },
  { id: 'workflow.save', label: 'top.save', section: 'workflow', keys: ['Ctrl+S'], scope: 'page', run: () => app.save() },
  { id: 'workflow.download', label: 'top.export', section: 'workflow', scope: 'page', run: () => app.download() },
  { id: 'run.start', label: 'top.run', section: 'run', keys: ['Ctrl+Enter'], scope: 'page', icon: 'play', run: () => app.run() },
  { id: 'run.cancel', label: 'commands.cancel', section: 'run', scope: 'page', icon: 'stop', enabled: () => app.isRunning(), run: () => app.cancel() },
);
