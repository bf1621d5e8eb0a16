import { app } from '../app';
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
  const { focus, geometry } = app.editor.value;
  goTo(focus === undefined ? first() : geometry.neighbour(focus, DIRECTIONS[key as Arrow]));
}

function moveBy(key: string | undefined): void {
  const [dx, dy] = SHIFT[key!.replace('Alt+', '') as Arrow];
  const { selection, focus } = app.editor.value;
  app.editor.move(dx * STEP, dy * STEP, undefined, `move ${[...selection, focus].join()}`);
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
  { id: 'graph.toggle', label: 'keys.space', section: 'graph', keys: ['Space'], inPalette: false, run: () => app.editor.value.focus !== undefined && app.editor.toggle(app.editor.value.focus) },
  { id: 'graph.inspect', label: 'keys.enter', section: 'graph', keys: ['Enter'], enabled: some, run: () => ask('vtx-inspect') },
  { id: 'graph.escape', label: 'keys.escape', section: 'graph', keys: ['Escape'], inPalette: false, run: () => (app.editor.value.selection.size > 0 ? app.editor.select([], app.editor.value.focus) : leaveLevel()) },
  { id: 'graph.connect', label: 'keys.wire', section: 'graph', keys: ['W'], enabled: some, run: () => ask('vtx-connect') },
  { id: 'edit.add', label: 'top.add', section: 'edit', keys: ['A'], icon: 'plus', run: addNode },
  { id: 'edit.delete', label: 'keys.delete', section: 'edit', keys: ['Delete', 'Backspace'], enabled: some, run: remove },
  { id: 'edit.undo', label: 'top.undo', section: 'edit', keys: ['Ctrl+Z'], icon: 'undo', enabled: () => app.editor.value.canUndo, why: 'say.nothingToUndo', run: undo },
  { id: 'edit.redo', label: 'top.redo', section: 'edit', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], icon: 'redo', enabled: () => app.editor.value.canRedo, why: 'say.nothingToRedo', run: redo },
  { id: 'edit.copy', label: 'keys.copyOnly', section: 'edit', keys: ['Ctrl+C'], enabled: some, run: copySelection },
  { id: 'edit.cut', label: 'keys.cut', section: 'edit', keys: ['Ctrl+X'], enabled: some, run: () => copySelection() && app.editor.remove() },
  { id: 'edit.paste', label: 'keys.paste', section: 'edit', keys: ['Ctrl+V'], run: paste },
  { id: 'edit.duplicate', label: 'keys.duplicate', section: 'edit', keys: ['Ctrl+D'], enabled: some, run: duplicate },
  { id: 'edit.selectAll', label: 'keys.all', section: 'edit', keys: ['Ctrl+A'], enabled: any, run: () => app.editor.selectAll() },
  { id: 'edit.mute', label: 'keys.mute', section: 'edit', keys: ['M'], enabled: some, run: () => app.editor.setMode('muted') },
  { id: 'edit.bypass', label: 'keys.bypass', section: 'edit', keys: ['B'], enabled: some, run: () => app.editor.setMode('bypassed') },
  { id: 'arrange.move', label: 'keys.move', section: 'arrange', keys: ARROWS.map((arrow) => `Alt+${arrow}`), inPalette: false, run: moveBy },
  { id: 'arrange.layout', label: 'keys.layout', section: 'arrange', keys: ['L'], icon: 'arrange', enabled: any, run: () => app.arrange().then(() => page.canvas?.fit()) },
  { id: 'view.zoomIn', label: 'canvas.zoomIn', section: 'view', keys: ['+', '='], icon: 'plus', run: () => page.canvas?.zoomBy(1.25) },
  { id: 'view.zoomOut', label: 'canvas.zoomOut', section: 'view', keys: ['-'], icon: 'minus', run: () => page.canvas?.zoomBy(0.8) },
  { id: 'view.fit', label: 'canvas.fit', section: 'view', keys: ['F'], icon: 'fit', enabled: any, run: () => page.canvas?.fit() },
  { id: 'view.commands', label: 'commands.title', section: 'view', keys: ['Ctrl+K'], scope: 'page', inPalette: false, icon: 'search', run: () => ask('vtx-commands') },
  { id: 'view.keys', label: 'keys.help', section: 'view', keys: ['?'], run: () => ask('vtx-help') },
  { id: 'workflow.new', label: 'top.new', section: 'workflow', scope: 'page', run: () => app.newDocument() },
  { id: 'workflow.save', label: 'top.save', section: 'workflow', keys: ['Ctrl+S'], scope: 'page', run: () => app.save() },
  { id: 'workflow.download', label: 'top.export', section: 'workflow', scope: 'page', run: () => app.download() },
  { id: 'run.start', label: 'top.run', section: 'run', keys: ['Ctrl+Enter'], scope: 'page', icon: 'play', run: () => app.run() },
  { id: 'run.cancel', label: 'commands.cancel', section: 'run', scope: 'page', icon: 'stop', enabled: () => app.isRunning(), run: () => app.cancel() },
);
