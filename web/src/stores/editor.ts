import { fits, firstInputs, typeOf, type Catalog, type NodeType } from '../core/catalog';
import { annotation, annotations, onlyAnnotations, type Annotation } from '../core/annotations';
import { copy, paste, pasteNotes, withNotes } from '../core/clipboard';
import type { Command } from '../core/commands';
import { emptyDocument, freshId, inputKey, isBorder, readDocument, writeDocument, type Edge, type GraphNode, type WorkflowDocument } from '../core/document';
import { Geometry, type Point } from '../core/geometry';
import { History } from '../core/history';
import type { Json } from '../core/json';
import { existing, graphAt, viewOf, type LevelPath } from '../core/levels';
import { closesCircle } from '../core/order';
import { inputsCommand, inputsOf } from '../core/workflow-inputs';
import type { ImportReport, Problem } from '../api/types';
import { findDraft, keepDraft, type Draft } from './draft';
import { problemsAt } from './projection';
import { Store } from './store';

export interface EditorState {
  /** What is drawn: the workflow, or the subgraph that was entered. */
  readonly document: WorkflowDocument;
  /** The whole workflow. */
  readonly root: WorkflowDocument;
  /** The instances that were entered, outermost first. */
  readonly path: LevelPath;
  readonly geometry: Geometry;
  readonly catalog: Catalog;
  readonly selection: ReadonlySet<string>;
  /** The node that has the focus; the model's, whatever is on the screen. */
  readonly focus: string | undefined;
  /** The groups and notes that are selected beside nodes. */
  readonly chosen: ReadonlySet<string>;
  /** The group or note that has the focus instead of a node. */
  readonly focusedNote: string | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly dirty: boolean;
  /** What is wrong at this level; what is wrong further in belongs to the instance that leads there. */
  readonly problems: readonly Problem[];
  /** What is wrong anywhere, as the server says it. */
  readonly allProblems: readonly Problem[];
  readonly report: ImportReport | undefined;
  /** The stored workflow this is, if it is one. */
  readonly stored: { readonly id: string; readonly etag: string } | undefined;
  /** The run that is shown. */
  readonly runId: string | undefined;
  /** The runs that were started from this workflow while it was open, newest first. */
  readonly runs: readonly string[];
  /** Another number for each workflow that is opened: what was asked of the server for one must not reach the next. */
  readonly opened: number;
}

const STEP = 40;
const NONE: ReadonlySet<string> = new Set();
const MOST_RUNS = 50;
/** Steps that outlive a reload, in characters: a browser has room for some millions in all. */
const STEPS_ROOM = 500_000;

/** The workflow on the canvas: document, history, selection and focus. Every change of the document is a command. */
export class EditorStore extends Store<EditorState> {
  #history: History;
  #draft: ReturnType<typeof setTimeout> | undefined;
  /** Told when the draft could not be kept in the browser. */
  onDraftLost: () => void = () => undefined;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    const document = emptyDocument();
    const catalog: Catalog = new Map();
    super({
      document,
      root: document,
      path: [],
      catalog,
      geometry: new Geometry(document, catalog),
      selection: new Set(),
      focus: undefined,
      chosen: new Set(),
      focusedNote: undefined,
      canUndo: false,
      canRedo: false,
      dirty: false,
      problems: [],
      allProblems: [],
      report: undefined,
      stored: undefined,
      runId: undefined,
      runs: [],
      opened: 0,
    });
    this.#history = new History(document);
    this.#restore();
  }

  setCatalog(types: readonly NodeType[]): void {
    const catalog = new Map(types.map((type) => [type.name, type]));
    this.update({ catalog, geometry: new Geometry(this.value.document, catalog) });
  }

  open(root: WorkflowDocument, about: { stored?: { id: string; etag: string }; report?: ImportReport; dirty?: boolean; runId?: string; runs?: readonly string[]; path?: LevelPath } = {}): void {
    this.#history = new History(root, !about.dirty);
    const path = existing(root, about.path ?? []);
    const document = viewOf(root, path);
    this.update({
      document,
      root,
      path,
      geometry: new Geometry(document, this.value.catalog),
      selection: new Set(),
      chosen: new Set(),
      focusedNote: undefined,
      focus: document.nodes.keys().next().value,
      canUndo: false,
      canRedo: false,
      dirty: about.dirty ?? false,
      problems: [],
      allProblems: [],
      report: about.report,
      stored: about.stored,
      runId: about.runId,
      runs: about.runs ?? (about.runId ? [about.runId] : []),
      opened: this.value.opened + 1,
    });
    this.keepDraft();
  }

  /** Does something at the level that is shown. */
  do(command: Command, merge?: string): void {
    this.doRoot(this.here(command), merge);
  }

  /** Does something to the workflow, whatever level is shown. */
  doRoot(command: Command, merge?: string): void {
    this.#history.do(command, merge, this.value.path);
    this.#show();
  }

  /** A command for the level that is shown, as one for the workflow. */
  here(command: Command): Command {
    const graph = this.graph();
    return graph === undefined ? command : { kind: 'in', graph, command };
  }

  /** The definition that is shown; undefined for the workflow itself. */
  graph(): string | undefined {
    return graphAt(this.value.root, this.value.path);
  }

  /** The definitions that were entered, outermost first. */
  graphs(): string[] {
    const { root, path } = this.value;
    return path.flatMap((_, at) => graphAt(root, path.slice(0, at + 1)) ?? []);
  }

  undo(): boolean {
    const step = this.#history.undo();
    return step !== undefined && this.#show(step.place as LevelPath);
  }

  redo(): boolean {
    const step = this.#history.redo();
    return step !== undefined && this.#show(step.place as LevelPath);
  }

  /** Shows another level, as far as the path leads somewhere. */
  goTo(path: LevelPath, focus?: string): void {
    const { root, catalog, allProblems } = this.value;
    const there = existing(root, path);
    const document = viewOf(root, there);
    const at = focus !== undefined && document.nodes.has(focus) ? focus : undefined;
    this.update({
      path: there,
      document,
      geometry: new Geometry(document, catalog),
      selection: new Set(at === undefined ? [] : [at]),
      chosen: NONE,
      focusedNote: undefined,
      focus: at ?? document.nodes.keys().next().value,
      problems: problemsAt(root, there, allProblems),
    });
    this.keepDraft();
  }

  /** Goes back to a level further out; the instance that was left is selected. */
  leave(depth = this.value.path.length - 1): void {
    const { path } = this.value;
    if (depth >= 0 && depth < path.length) this.goTo(path.slice(0, depth), path[depth]);
  }

  /** Puts another document in the workflow's place, as one step that can be taken back. @param saved whether it is what is stored */
  replace(document: WorkflowDocument, saved = false): void {
    this.#history.do({ kind: 'document.set', document }, undefined, this.value.path);
    if (saved) this.#history.markSaved();
    this.#show();
  }

  setProblems(allProblems: readonly Problem[]): void {
    this.update({ allProblems, problems: problemsAt(this.value.root, this.value.path, allProblems) });
  }

  saved(stored: { id: string; etag: string }): void {
    this.#history.markSaved();
    this.update({ stored, dirty: false });
    this.keepDraft();
  }

  /** Shows a run as this workflow's newest. */
  setRun(runId: string): void {
    this.update({ runId, runs: [runId, ...this.value.runs.filter((one) => one !== runId)].slice(0, MOST_RUNS) });
    this.keepDraft();
  }

  showRun(runId: string): void {
    this.update({ runId });
    this.keepDraft();
  }

  select(ids: Iterable<string>, focus?: string): void {
    const selection = new Set(ids);
    this.update({ selection, chosen: NONE, focusedNote: undefined, focus: focus ?? (selection.size > 0 ? [...selection].at(-1) : this.value.focus) });
  }

  /** Selects groups and notes, and nodes beside them. The last one has the focus. */
  choose(ids: Iterable<string>, nodes: Iterable<string> = []): void {
    const chosen = new Set(ids);
    this.update({ chosen, selection: new Set(nodes), focusedNote: [...chosen].at(-1) });
  }

  /** Takes a group or a note into the selection, or out of it. */
  toggleNote(id: string): void {
    const chosen = new Set(this.value.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.update({ chosen, focusedNote: id });
  }

  toggle(id: string): void {
    const selection = new Set(this.value.selection);
    if (!selection.delete(id)) selection.add(id);
    this.update({ selection, focus: id, focusedNote: undefined });
  }

  selectAll(): void {
    this.update({ selection: new Set(this.value.document.nodes.keys()), chosen: new Set(annotations(this.value.document).map((one) => one.id)) });
  }

  node(id: string | undefined): GraphNode | undefined {
    return id === undefined ? undefined : this.value.document.nodes.get(id);
  }

  /** The selection, or the focused node where nothing is selected. */
  targets(): string[] {
    const { selection, focus, chosen, focusedNote } = this.value;
    return selection.size > 0 ? [...selection] : focus === undefined || chosen.size > 0 || focusedNote !== undefined ? [] : [focus];
  }

  /** The selected groups and notes, or the focused one where nothing is selected. */
  noteTargets(): string[] {
    const { selection, chosen, focusedNote } = this.value;
    return chosen.size > 0 ? [...chosen] : selection.size > 0 || focusedNote === undefined ? [] : [focusedNote];
  }

  /** Adds a node and, where a wire waits for one, joins the first port that fits. @returns its id. */
  addNode(type: NodeType, at: Point, wire?: { node: string; port: string; type: string; side: 'input' | 'output' }): string {
    const id = freshId(this.value.document);
    const node: GraphNode = { id, type: type.name, inputs: firstInputs(type), mode: 'active', x: Math.round(at.x), y: Math.round(at.y), ui: {}, rest: {} };
    const commands: Command[] = [{ kind: 'nodes.add', nodes: [node] }];
    if (wire?.side === 'output') {
      const input = type.inputs.find((one) => fits(wire.type, one.type) && !one.is_widget) ?? type.inputs.find((one) => fits(wire.type, one.type));
      if (input) commands.push({ kind: 'edges.add', edges: [{ from: { node: wire.node, port: wire.port }, to: { node: id, port: input.name } }] });
    } else if (wire) {
      const output = type.outputs.find((one) => fits(one.type, wire.type));
      if (output) commands.push({ kind: 'edges.add', edges: [{ from: { node: id, port: output.name }, to: { node: wire.node, port: wire.port } }] });
    }
    this.do({ kind: 'batch', commands });
    this.select([id], id);
    return id;
  }

  /** Joins two ports. @returns whether they fit and no circle would close. */
  connect(edge: Edge): boolean {
    if (!this.mayConnect(edge)) return false;
    this.do({ kind: 'edges.add', edges: [edge] });
    return true;
  }

  mayConnect(edge: Edge): boolean {
    const { document, catalog } = this.value;
    const [from, to] = [this.node(edge.from.node), this.node(edge.to.node)];
    if (!from || !to) return false;
    const output = typeOf(catalog, document, from).outputs.find((one) => one.name === edge.from.port);
    const input = typeOf(catalog, document, to).inputs.find((one) => one.name === edge.to.port);
    return !!output && !!input && fits(output.type, input.type) && !closesCircle(document, from.id, to.id);
  }

  edgeInto(node: string, port: string): Edge | undefined {
    return this.value.document.edges.get(inputKey(node, port));
  }

  /** @param also what goes in the same step. @returns how many nodes went */
  remove(asked = this.targets(), also: readonly Command[] = []): number {
    const { ports } = this.value.document;
    const ids = asked.filter((id) => !ports || !isBorder(id));
    if (ids.length === 0 && also.length === 0) return 0;
    const order = [...this.value.document.nodes.keys()];
    const next = order.find((id, at) => at > order.indexOf(ids.at(-1)!) && !ids.includes(id)) ?? order.findLast((id) => !ids.includes(id));
    const inputs = inputsOf(this.value.document);
    const aims = (target: { node: string }): boolean => ids.includes(target.node);
    // A workflow input must not aim at what is gone.
    const given: Command[] = inputs.some((one) => one.targets.some(aims)) ? [inputsCommand(inputs.map((one) => ({ ...one, targets: one.targets.filter((target) => !aims(target)) })))] : [];
    this.do({ kind: 'batch', commands: [...given, { kind: 'nodes.remove', ids }, ...also] });
    this.update({ selection: new Set(), chosen: NONE, focusedNote: undefined, focus: ids.length > 0 ? next : this.value.focus });
    return ids.length;
  }

  annotation(id: string | undefined): Annotation | undefined {
    return annotation(this.value.document, id);
  }

  copy(): string | undefined {
    const ids = this.targets();
    const notes = this.noteTargets();
    if (ids.length === 0 && notes.length === 0) return undefined;
    const { document } = this.value;
    return withNotes(copy(document, new Set(ids)), onlyAnnotations(document, new Set(notes)));
  }

  paste(text: string): number {
    const pasted = paste(this.value.document, text, STEP, STEP, this.graphs());
    const notes = pasteNotes(this.value.document, text, STEP, STEP);
    if (!pasted && !notes) return 0;
    const here = [...(pasted ? [pasted.here] : []), ...(notes ? [notes.command] : [])];
    this.doRoot({ kind: 'batch', commands: [...(pasted ? [pasted.root] : []), this.here({ kind: 'batch', commands: here })] });
    if (pasted) this.select(pasted.ids, pasted.ids[0]);
    if (notes) this.choose(notes.ids, pasted?.ids);
    return (pasted?.ids.length ?? 0) + (notes?.ids.length ?? 0);
  }

  setMode(mode: 'muted' | 'bypassed', among: readonly string[] = this.targets()): void {
    const { ports } = this.value.document;
    const ids = among.filter((id) => !ports || !isBorder(id));
    // The second time takes it back, when all have it.
    const all = ids.every((id) => this.node(id)?.mode === mode);
    this.do({ kind: 'batch', commands: ids.map((id) => ({ kind: 'node.patch', id, patch: { mode: all ? 'active' : mode } })) });
  }

  move(dx: number, dy: number, ids = this.targets(), merge?: string): void {
    const places = ids.flatMap((id) => {
      const node = this.node(id);
      return node ? [{ id, x: node.x + dx, y: node.y + dy }] : [];
    });
    if (places.length > 0 && (dx !== 0 || dy !== 0)) this.do({ kind: 'nodes.move', places }, merge);
  }

  definition(): Json {
    return writeDocument(this.value.root);
  }

  /** Keeps the document in the browser soon, so that a reload loses nothing. */
  keepDraft(): void {
    clearTimeout(this.#draft);
    this.#draft = setTimeout(() => this.flushDraft(), 300);
  }

  flushDraft(): void {
    clearTimeout(this.#draft);
    const { stored, runId, runs, dirty, path } = this.value;
    const draft: Draft = { definition: this.definition(), dirty, ...(stored ? { stored } : {}), ...(runId ? { runId, runs } : {}), ...(path.length > 0 ? { path } : {}), steps: this.#history.keep(STEPS_ROOM) };
    if (!keepDraft(this.storage, draft)) this.onDraftLost();
  }

  /** @param place the level that what was taken back or done again was done at */
  #show(place: LevelPath = this.value.path): true {
    const { document: root, dirty, canUndo, canRedo } = this.#history;
    const path = existing(root, place);
    const document = viewOf(root, path);
    const exists = (id: string): boolean => document.nodes.has(id);
    const noted = (id: string): boolean => annotation(document, id) !== undefined;
    const { selection, focus, chosen, focusedNote, geometry, catalog, allProblems } = this.value;
    this.update({
      document,
      root,
      path,
      problems: path === this.value.path ? this.value.problems : problemsAt(root, path, allProblems),
      geometry: new Geometry(document, catalog, geometry),
      dirty,
      canUndo,
      canRedo,
      chosen: [...chosen].every(noted) ? chosen : new Set([...chosen].filter(noted)),
      focusedNote: focusedNote !== undefined && noted(focusedNote) ? focusedNote : undefined,
      selection: [...selection].every(exists) ? selection : new Set([...selection].filter(exists)),
      focus: focus !== undefined && exists(focus) ? focus : document.nodes.keys().next().value,
    });
    this.keepDraft();
    return true;
  }

  #restore(): void {
    const draft = findDraft(this.storage);
    if (!draft) return;
    try {
      const { definition, steps, ...about } = draft;
      this.open(readDocument(definition), about);
      if (!steps) return;
      this.#history.take(steps);
      this.update({ canUndo: this.#history.canUndo, canRedo: this.#history.canRedo });
    } catch {
      // A draft of another version; an empty page is better than none.
    }
  }
}
