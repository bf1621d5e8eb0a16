import { app } from '../app';
import { annotations, movedWith, SMALLEST } from '../core/annotations';
import { addAnnotation, changeAnnotation, group } from '../stores/annotations';
import { ask, page } from './page';
import { actions } from './registry';

const STEP = 24;
const GROW: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Puts the focus on a group or a note and shows it. */
export function goToNote(id: string | undefined): void {
  const one = app.editor.annotation(id);
  if (!one) return;
  app.editor.choose([one.id]);
  page.canvas?.revealBox(one);
}

/** From group to group and note to note, in the order of the file. */
function step(by: 1 | -1): void {
  const all = annotations(app.editor.value.document).map((one) => one.id);
  const at = all.indexOf(app.editor.value.focusedNote ?? '');
  goToNote(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
}

function makeGroup(): void {
  const count = app.editor.targets().length;
  group(app.editor, app.t('group.new'), page.canvas?.centre() ?? { x: 0, y: 0 });
  app.say('group.made', { count });
  ask('vtx-inspect');
}

function note(key: string | undefined): void {
  const { focus, geometry } = app.editor.value;
  const box = key === undefined || focus === undefined ? undefined : geometry.box(focus);
  const at = box ? { x: box.x, y: box.y + box.height + 40 } : (page.canvas?.centre() ?? { x: 0, y: 0 });
  const id = addAnnotation(app.editor, { kind: 'note', text: '', markdown: true, x: Math.round(at.x), y: Math.round(at.y), width: 240, height: 120 });
  goToNote(id);
  ask('vtx-inspect');
}

function resize(key: string | undefined): void {
  const one = app.editor.annotation(app.editor.noteTargets().at(-1));
  if (!one) return;
  const [wider, higher] = GROW[key!.split('+').at(-1)!]!;
  const size = { width: Math.max(SMALLEST[one.kind].width, one.width + wider * STEP), height: Math.max(SMALLEST[one.kind].height, one.height + higher * STEP) };
  changeAnnotation(app.editor, one.id, size, `size ${one.id}`);
}

const focused = (): boolean => app.editor.noteTargets().length > 0;
const any = (): boolean => annotations(app.editor.value.document).length > 0;
const inside = (): ReadonlySet<string> => movedWith(app.editor.value.geometry, [], app.editor.noteTargets()).nodes;

actions.add(
  { id: 'graph.nextNote', label: 'annotation.next', section: 'graph', keys: ['.'], enabled: any, run: () => step(1) },
  { id: 'graph.previousNote', label: 'annotation.previous', section: 'graph', keys: [','], enabled: any, run: () => step(-1) },
  { id: 'edit.group', label: 'group.make', section: 'edit', keys: ['G'], icon: 'group', run: makeGroup },
  { id: 'edit.selectInside', label: 'group.selectInside', section: 'edit', keys: ['Shift+G'], enabled: () => inside().size > 0, run: () => app.editor.select(inside()) },
  { id: 'edit.note', label: 'note.add', section: 'edit', keys: ['N'], icon: 'note', run: note },
  { id: 'arrange.resize', label: 'annotation.resize', section: 'arrange', keys: Object.keys(GROW).map((arrow) => `Alt+Shift+${arrow}`), enabled: focused, inPalette: false, run: resize },
);
