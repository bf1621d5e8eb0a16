import { app } from '../app';
import { align, distribute, type Axis, type Edge } from '../core/align';
import { movedWith } from '../core/annotations';
import type { Box, Point } from '../core/geometry';
import type { IconName } from '../components/icons';
import type { MessageKey } from '../i18n';
import { place } from '../stores/annotations';
import { actions, type Action } from './registry';

/** The selected nodes and notes. Groups stay: aligning one would tear it from what it holds. */
function selected(): Map<string, Box> {
  const { geometry } = app.editor.value;
  const boxes = new Map<string, Box>();
  for (const id of app.editor.targets()) boxes.set(id, geometry.box(id)!);
  for (const id of app.editor.noteTargets()) {
    const one = app.editor.annotation(id);
    if (one?.kind === 'note') boxes.set(id, one);
  }
  return boxes;
}

function put(places: ReadonlyMap<string, Point>): void {
  const count = place(app.editor, places);
  app.say('arrange.moved', { count });
}

const alignment = (edge: Edge, key: string, icon: IconName): Action => ({
  id: `arrange.${edge}`,
  label: `align.${edge}` as MessageKey,
  section: 'arrange',
  keys: [key],
  icon,
  enabled: () => selected().size > 1,
  why: 'arrange.two',
  run: () => put(align(selected(), edge)),
});

const distribution = (axis: Axis, key: string, icon: IconName): Action => ({
  id: `arrange.${axis}`,
  label: `distribute.${axis}` as MessageKey,
  section: 'arrange',
  keys: [key],
  icon,
  enabled: () => selected().size > 2,
  why: 'arrange.three',
  run: () => put(distribute(selected(), axis)),
});

/** What mute and bypass act on: the selected nodes, or those in the selected groups where only groups are selected. */
export function modeTargets(): string[] {
  const ids = app.editor.targets();
  return ids.length > 0 ? ids : [...movedWith(app.editor.value.geometry, [], app.editor.noteTargets()).nodes];
}

function mode(which: 'muted' | 'bypassed'): void {
  const ids = modeTargets();
  app.editor.setMode(which, ids);
  app.say(app.editor.node(ids[0])?.mode === which ? `mode.now.${which}` : 'mode.now.active', { count: ids.length });
}

const someNodes = (): boolean => modeTargets().length > 0;

actions.add(
  { id: 'edit.mute', label: 'keys.mute', section: 'edit', keys: ['M'], icon: 'mute', enabled: someNodes, run: () => mode('muted') },
  { id: 'edit.bypass', label: 'keys.bypass', section: 'edit', keys: ['B'], icon: 'bypass', enabled: someNodes, run: () => mode('bypassed') },
  alignment('left', 'Shift+ArrowLeft', 'alignLeft'),
  alignment('centre', 'C', 'alignCentre'),
  alignment('right', 'Shift+ArrowRight', 'alignRight'),
  alignment('top', 'Shift+ArrowUp', 'alignTop'),
  alignment('middle', 'Shift+C', 'alignMiddle'),
  alignment('bottom', 'Shift+ArrowDown', 'alignBottom'),
  distribution('horizontal', 'H', 'distributeHorizontal'),
  distribution('vertical', 'V', 'distributeVertical'),
  { id: 'arrange.layoutSelection', label: 'arrange.selection', section: 'arrange', keys: ['Shift+L'], icon: 'arrange', enabled: () => app.editor.targets().length > 1, why: 'arrange.two', run: () => app.arrange(new Set(app.editor.targets())) },
);
