import { addAnnotations, annotation, around, changeAnnotations, removeAnnotations, type Annotation, type AnnotationPatch, type Contents } from '../core/annotations';
import type { Command } from '../core/commands';
import { bounds, type Point } from '../core/geometry';
import type { EditorStore } from './editor';

const step = (editor: EditorStore, commands: readonly Command[], merge?: string): void => {
  if (commands.length > 0) editor.do(commands.length === 1 ? commands[0]! : { kind: 'batch', commands }, merge);
};

/** Adds a group or a note, selected. @returns its id */
export function addAnnotation(editor: EditorStore, added: Omit<Annotation, 'id'>): string {
  const { command, ids } = addAnnotations(editor.value.document, [added]);
  editor.do(command);
  editor.choose(ids);
  return ids[0]!;
}

/** Puts a group around what is selected; an empty one at a point where nothing is. @returns its id */
export function group(editor: EditorStore, text: string, at: Point): string {
  const { geometry, document } = editor.value;
  const nodes = geometry.bounds(editor.targets());
  const chosen = editor.noteTargets().flatMap((id) => annotation(document, id) ?? []);
  const box = bounds([...(nodes ? [nodes] : []), ...chosen]);
  return addAnnotation(editor, { kind: 'group', text, ...(box ? around(box) : { x: Math.round(at.x - 200), y: Math.round(at.y - 150), width: 400, height: 300 }) });
}

export function changeAnnotation(editor: EditorStore, id: string, patch: AnnotationPatch, merge?: string): void {
  if (editor.annotation(id)) editor.do(changeAnnotations(editor.value.document, new Map([[id, patch]])), merge);
}

/** Moves nodes and annotations in one step. What moves with a group, `movedWith` tells. */
export function moveAll(editor: EditorStore, dx: number, dy: number, moved: Contents, merge?: string): void {
  if (dx === 0 && dy === 0) return;
  const { document } = editor.value;
  const shifted = (ids: ReadonlySet<string>, find: (id: string) => Point | undefined): [string, Point][] => [...ids].flatMap((id) => {
    const one = find(id);
    return one ? [[id, { x: one.x + dx, y: one.y + dy }] as [string, Point]] : [];
  });
  place(editor, new Map([...shifted(moved.nodes, (id) => document.nodes.get(id)), ...shifted(moved.annotations, (id) => annotation(document, id))]), merge);
}

/** Puts nodes and annotations where they are told to go, in one step. @returns how many were elsewhere */
export function place(editor: EditorStore, places: ReadonlyMap<string, Point>, merge?: string): number {
  const { document } = editor.value;
  const nodes: { id: string; x: number; y: number }[] = [];
  const patches = new Map<string, AnnotationPatch>();
  for (const [id, { x, y }] of places) {
    const now = document.nodes.get(id) ?? annotation(document, id);
    if (!now || (now.x === x && now.y === y)) continue;
    if (document.nodes.has(id)) nodes.push({ id, x, y });
    else patches.set(id, { x, y });
  }
  step(editor, [...(nodes.length > 0 ? [{ kind: 'nodes.move', places: nodes } as const] : []), ...(patches.size > 0 ? [changeAnnotations(document, patches)] : [])], merge);
  return nodes.length + patches.size;
}

/** Deletes what is selected, nodes and annotations, in one step. @returns how many */
export function removeSelected(editor: EditorStore): number {
  const notes = editor.noteTargets();
  const nodes = editor.remove(editor.targets(), notes.length > 0 ? [removeAnnotations(editor.value.document, new Set(notes))] : []);
  return nodes + notes.length;
}
