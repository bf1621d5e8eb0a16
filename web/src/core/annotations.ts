import type { Command } from './commands';
import type { WorkflowDocument } from './document';
import { intersects, type Box, type Geometry, type Point } from './geometry';
import { isObject, type Json, type JsonObject } from './json';

/** Sizes in graph units; the style sheet uses the same numbers. */
export const TITLE_HEIGHT = 28;
export const SMALLEST = { group: { width: 120, height: 80 }, note: { width: 120, height: 60 } } as const;
const PAD = 20;

/** A group (a titled frame around nodes) or a note on the canvas, as `ui.groups` and `ui.notes` of a VTXW document keep them. They change no result. */
export interface Annotation extends Box {
  /** The kind and the place in the file's list: files give these no names of their own. */
  readonly id: string;
  readonly kind: 'group' | 'note';
  /** A group's title, a note's text. */
  readonly text: string;
  /** `#rrggbb`; groups only. */
  readonly color?: string;
  readonly markdown?: boolean;
}

/** What of an annotation can be changed. */
export interface AnnotationPatch {
  readonly text?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly color?: string | undefined;
  readonly markdown?: boolean;
}

const LISTS = { group: 'groups', note: 'notes' } as const;
const COLOR = /^#[0-9a-f]{6}$/i;

const idOf = (kind: Annotation['kind'], at: number): string => `${kind}:${at}`;
const number = (value: Json | undefined): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const list = (ui: JsonObject, kind: Annotation['kind']): readonly Json[] => {
  const all = ui[LISTS[kind]];
  return Array.isArray(all) ? (all as readonly Json[]) : [];
};
const uiOf = (document: WorkflowDocument): JsonObject => (isObject(document.rest.ui) ? document.rest.ui : {});

function read(value: Json, kind: Annotation['kind'], at: number): Annotation | undefined {
  if (!isObject(value)) return undefined;
  const text = value[kind === 'group' ? 'title' : 'text'];
  return {
    id: idOf(kind, at),
    kind,
    text: typeof text === 'string' ? text : '',
    x: number(value.x),
    y: number(value.y),
    // Files may leave sizes out; what could not be seen could not be found again.
    width: Math.max(SMALLEST[kind].width, number(value.width)),
    height: Math.max(SMALLEST[kind].height, number(value.height)),
    ...(typeof value.color === 'string' && COLOR.test(value.color) ? { color: value.color } : {}),
    ...(value.markdown === true ? { markdown: true } : {}),
  };
}

const known = new WeakMap<object, readonly Annotation[]>();

/** The groups and notes of a document, groups first. */
export function annotations(document: WorkflowDocument): readonly Annotation[] {
  const ui = document.rest.ui;
  if (!isObject(ui)) return [];
  let all = known.get(ui);
  if (!all) {
    all = (['group', 'note'] as const).flatMap((kind) => list(ui, kind).flatMap((one, at) => read(one, kind, at) ?? []));
    known.set(ui, all);
  }
  return all;
}

export const annotation = (document: WorkflowDocument, id: string | undefined): Annotation | undefined => (id === undefined ? undefined : annotations(document).find((one) => one.id === id));

function change(document: WorkflowDocument, kind: Annotation['kind'], make: (all: readonly Json[]) => readonly Json[]): JsonObject {
  const { [LISTS[kind]]: _, ...others } = uiOf(document);
  const made = make(list(uiOf(document), kind));
  return made.length > 0 ? { ...others, [LISTS[kind]]: made } : others;
}

const set = (ui: JsonObject): Command => ({ kind: 'rest.set', name: 'ui', value: Object.keys(ui).length > 0 ? ui : undefined });

function members(kind: Annotation['kind'], { text, ...others }: AnnotationPatch): JsonObject {
  return { ...(text === undefined ? {} : { [kind === 'group' ? 'title' : 'text']: text }), ...others };
}

/** The object with the members changed, without those that are undefined now. Members the studio does not know stay. */
function patched(value: Json, kind: Annotation['kind'], patch: AnnotationPatch): Json {
  const all = { ...(isObject(value) ? value : {}), ...members(kind, patch) };
  return Object.fromEntries(Object.entries(all).filter(([name, one]) => one !== undefined && !(name === 'markdown' && one === false)));
}

/** The command that changes annotations of a document, each in its own way. */
export function changeAnnotations(document: WorkflowDocument, patches: ReadonlyMap<string, AnnotationPatch>): Command {
  let ui = uiOf(document);
  for (const kind of ['group', 'note'] as const) {
    ui = change({ ...document, rest: { ui } }, kind, (all) => all.map((one, at) => {
      const patch = patches.get(idOf(kind, at));
      return patch ? patched(one, kind, patch) : one;
    }));
  }
  return set(ui);
}

/** The command that adds annotations after those that are there, and the ids they get. */
export function addAnnotations(document: WorkflowDocument, added: readonly Omit<Annotation, 'id'>[]): { command: Command; ids: string[] } {
  let ui = uiOf(document);
  const ids: string[] = [];
  for (const { kind, ...patch } of added) {
    ui = change({ ...document, rest: { ui } }, kind, (all) => {
      ids.push(idOf(kind, all.length));
      return [...all, patched({}, kind, patch)];
    });
  }
  return { command: set(ui), ids };
}

export function removeAnnotations(document: WorkflowDocument, ids: ReadonlySet<string>): Command {
  let ui = uiOf(document);
  for (const kind of ['group', 'note'] as const) ui = change({ ...document, rest: { ui } }, kind, (all) => all.filter((_, at) => !ids.has(idOf(kind, at))));
  return set(ui);
}

/** Some annotations alone, as a copy on the clipboard has them. */
export function onlyAnnotations(document: WorkflowDocument, ids: ReadonlySet<string>): JsonObject {
  const ui: Record<string, Json> = {};
  for (const kind of ['group', 'note'] as const) {
    const chosen = list(uiOf(document), kind).filter((_, at) => ids.has(idOf(kind, at)));
    if (chosen.length > 0) ui[LISTS[kind]] = chosen;
  }
  return ui;
}

const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
const holds = (box: Box, { x, y }: Point): boolean => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
const inside = (outer: Box, inner: Box): boolean => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

export interface Contents {
  readonly nodes: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
}

/** What moves with some nodes and annotations: with a group, the nodes and notes whose middle lies in it and the groups that lie in it whole. */
export function movedWith(geometry: Geometry, nodes: Iterable<string>, ids: Iterable<string>): Contents {
  const all = annotations(geometry.document);
  const moved = { nodes: new Set(nodes), annotations: new Set(ids) };
  for (const id of [...moved.annotations]) {
    const group = all.find((one) => one.id === id);
    if (group?.kind !== 'group') continue;
    for (const node of geometry.within(group)) if (holds(group, middle(geometry.box(node)!))) moved.nodes.add(node);
    for (const one of all) if (one.id !== id && (one.kind === 'note' ? holds(group, middle(one)) : inside(group, one))) moved.annotations.add(one.id);
  }
  return moved;
}

/** A group's box around some boxes, with room for its title. */
export const around = (box: Box): Box => ({ x: Math.round(box.x - PAD), y: Math.round(box.y - PAD - TITLE_HEIGHT), width: Math.round(box.width + PAD * 2), height: Math.round(box.height + PAD * 2 + TITLE_HEIGHT) });

/** The annotations that a box selection takes: notes it touches, and groups it holds whole. */
export const touched = (document: WorkflowDocument, area: Box): string[] =>
  annotations(document).filter((one) => (one.kind === 'note' ? intersects(one, area) : inside(area, one))).map((one) => one.id);
