import { ApiClient, ApiFailure } from './api/client';
import type { Problem } from './api/types';
import { typeOf, type NodeType } from './core/catalog';
import type { Command } from './core/commands';
import { DocumentError, emptyDocument, GRAPH_INPUT, GRAPH_OUTPUT, graphOf, readDocument, type GraphNode, type WorkflowDocument } from './core/document';
import { isObject, writeJson, type JsonObject } from './core/json';
import { arrange } from './core/layout';
import { graphAt, locate, type LevelPath } from './core/levels';
import { message, type MessageKey } from './i18n';
import { EditorStore } from './stores/editor';
import { runAt } from './stores/projection';
import { isOver, type RunState } from './stores/run-state';
import { RunNames } from './stores/run-names';
import { RunsStore } from './stores/runs';
import { SettingsStore } from './stores/settings';
import { storage } from './stores/storage';
import { Store } from './stores/store';

export type PanelTab = 'inspector' | 'problems' | 'run' | 'outline' | 'workflow';

interface View {
  readonly tab: PanelTab;
  readonly notice: { readonly text: string; readonly bad: boolean } | undefined;
  /** What screen readers are told; a new object each time, so that the same words are said again. */
  readonly said: { readonly text: string };
  readonly catalogFailed: boolean;
  /** What the last export could not carry over. */
  readonly exported?: readonly Problem[];
}

const CHECK_AFTER = 500;

/** The stores, and what people can do that needs more than one of them. */
export class App {
  /** What the browser keeps for this page; nothing where that is forbidden. */
  readonly storage = storage();
  readonly settings = new SettingsStore(this.storage, navigator.languages);
  readonly api = new ApiClient(document.querySelector<HTMLMetaElement>('meta[name=vortex-api]')?.content.replace(/\/$/, '') ?? '', () => this.settings.value.language);
  readonly editor = new EditorStore(this.storage);
  readonly runs = new RunsStore(this.api);
  readonly runNames = new RunNames(this.api);
  readonly view = new Store<View>({ tab: 'inspector', notice: undefined, said: { text: '' }, catalogFailed: false });
  #check: ReturnType<typeof setTimeout> | undefined;
  #notice: ReturnType<typeof setTimeout> | undefined;

  t = (key: MessageKey, values?: Record<string, string | number>): string => message(this.settings.value.language, key, values);

  start(): void {
    this.editor.onDraftLost = () => this.warn('say.draftLost');
    addEventListener('pagehide', () => this.editor.flushDraft());
    let checked = this.editor.value.root;
    this.editor.subscribe(() => {
      if (this.editor.value.root !== checked) {
        checked = this.editor.value.root;
        this.checkSoon();
      }
    });
    let shown = this.editor.value;
    this.editor.subscribe(() => {
      const before = shown;
      shown = this.editor.value;
      const run = before.opened !== shown.opened && before.runId !== undefined && before.runId !== shown.runId ? this.runs.get(before.runId) : undefined;
      if (before.opened !== shown.opened && this.view.value.exported) this.view.update({ exported: [] });
      if (run && !isOver(run.status)) this.warn('runs.goesOn', { name: before.root.name || this.t('top.untitled') }, false);
    });
    const known = new Map<string, string>();
    this.runs.subscribe(() => {
      for (const run of this.runs.value.all) {
        const before = known.get(run.id);
        known.set(run.id, run.status);
        if (before !== undefined && before !== run.status && isOver(run.status)) this.say(`say.run.${run.status}` as MessageKey);
      }
    });
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.editor.setCatalog(await this.api.nodeTypes());
      this.view.update({ catalogFailed: false });
      await this.runs.load();
      if (this.editor.value.runId) this.runs.follow(this.editor.value.runId);
      this.checkSoon();
    } catch (failure) {
      this.view.update({ catalogFailed: true });
      this.fail(failure);
      setTimeout(() => void this.#load(), 5000);
    }
  }

  /** Says something to screen readers only. */
  say(key: MessageKey, values?: Record<string, string | number>): void {
    this.view.update({ said: { text: this.t(key, values) } });
  }

  /** Shows and says something. */
  warn(key: MessageKey, values?: Record<string, string | number>, bad = true): void {
    this.#show(this.t(key, values), bad);
  }

  fail(failure: unknown): void {
    if (!(failure instanceof ApiFailure)) throw failure;
    const text = failure.offline ? this.t('failure.offline') : failure.status === 412 ? this.t('failure.conflict') : failure.message || this.t('failure.unreadable', { status: failure.status });
    this.#show(text, true);
  }

  hideNotice(): void {
    this.view.update({ notice: undefined });
  }

  #show(text: string, bad: boolean): void {
    this.view.update({ notice: { text, bad }, said: { text } });
    clearTimeout(this.#notice);
    // Bad news stays until it is read.
    if (!bad) this.#notice = setTimeout(() => this.hideNotice(), 4000);
  }

  checkSoon(): void {
    clearTimeout(this.#check);
    this.#check = setTimeout(() => void this.check(), CHECK_AFTER);
  }

  /** Asks the server what is wrong with the document as it is. */
  async check(): Promise<readonly Problem[]> {
    const { root: before } = this.editor.value;
    if (before.nodes.size === 0) {
      this.editor.setProblems([]);
      return [];
    }
    try {
      const { problems } = await this.api.check(this.editor.definition());
      if (this.editor.value.root === before) this.editor.setProblems(problems);
      return problems;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      if (failure.problems.length > 0) this.editor.setProblems(failure.problems);
      return failure.problems;
    }
  }

  /** @param options what only this run is to do otherwise, as the API names it */
  async run(options: JsonObject = {}): Promise<void> {
    const { root, opened } = this.editor.value;
    if (root.nodes.size === 0) return this.warn('say.emptyRun');
    this.#freshSeeds();
    try {
      const { run_id } = await this.api.start(this.editor.definition(), requestKey(), Object.keys(options).length > 0 ? { options } : {});
      this.runs.follow(run_id);
      // Another workflow may have been opened while the server accepted this one; it keeps its own runs.
      if (this.editor.value.opened !== opened) return this.warn('runs.goesOn', { name: root.name || this.t('top.untitled') }, false);
      this.editor.setRun(run_id);
      this.view.update({ tab: 'run' });
      this.say('say.started');
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.problems.length > 0 && this.editor.value.opened === opened) {
        this.editor.setProblems(failure.problems);
        this.view.update({ tab: 'problems' });
        return this.warn('say.refused');
      }
      this.fail(failure);
    }
  }

  async cancel(id = this.editor.value.runId): Promise<void> {
    if (id) await this.runs.cancel(id).catch((failure: unknown) => this.fail(failure));
  }

  #freshSeeds(): void {
    const { root } = this.editor.value;
    const of = (nodes: Iterable<GraphNode>): Command[] => [...nodes].flatMap((node) => randomPorts(node.rest).map((port): Command => ({ kind: 'input.set', id: node.id, port, value: randomSeed() })));
    const commands: Command[] = [...of(root.nodes.values()), ...[...root.subgraphs].flatMap(([graph, inner]) => of(inner.nodes.values()).map((command): Command => ({ kind: 'in', graph, command })))];
    if (commands.length > 0) this.editor.doRoot({ kind: 'batch', commands });
  }

  async save(): Promise<void> {
    try {
      const { root: saved, stored } = this.editor.value;
      const kept = await this.api.save(this.editor.definition(), saved.name || this.t('top.untitled'), stored);
      if (this.editor.value.root === saved) this.editor.saved(kept);
      else this.editor.update({ stored: kept });
      this.warn('say.saved', {}, false);
    } catch (failure) {
      this.fail(failure);
    }
  }

  /** Asks before changes that are not saved are lost. */
  mayReplace(): boolean {
    return !this.editor.value.dirty || this.editor.value.root.nodes.size === 0 || confirm(this.t('say.discard'));
  }

  newDocument(): void {
    if (this.mayReplace()) this.editor.open(emptyDocument());
  }

  async openStored(id: string): Promise<boolean> {
    if (!this.mayReplace()) return false;
    try {
      const { definition, etag } = await this.api.workflow(id);
      this.editor.open(readDocument(definition), { stored: { id, etag } });
      this.say('say.opened', { name: this.editor.value.root.name || this.t('top.untitled') });
      return true;
    } catch (failure) {
      if (failure instanceof DocumentError) this.warn('failure.file', { reason: this.t(failure.code, { place: failure.place }) });
      else this.fail(failure);
      return false;
    }
  }

  /** Opens a workflow file; a picture without one is uploaded and gets a node that loads it. */
  async openFile(file: File, at?: { x: number; y: number }): Promise<void> {
    const picture = /^image\/(png|jpeg|webp)$/.test(file.type);
    try {
      const imported = await this.api.import(file, picture ? file.type : 'application/json');
      if (!this.mayReplace()) return;
      const read = readDocument(imported.definition);
      const items = [...(imported.report?.items ?? []), ...(imported.warnings ?? [])];
      const report = imported.report ? { ...imported.report, items } : undefined;
      const named = read.name ? read : { ...read, name: file.name.replace(/\.[^.]+$/, '') };
      this.editor.open(named, { dirty: true, ...(report ? { report } : {}) });
      if (report) this.view.update({ tab: 'problems' });
      this.say('say.opened', { name: named.name });
    } catch (failure) {
      if (failure instanceof DocumentError) return this.warn('failure.file', { reason: this.t(failure.code, { place: failure.place }) });
      if (picture && failure instanceof ApiFailure && !failure.offline) return this.#usePicture(file, at ?? { x: 0, y: 0 });
      this.fail(failure);
    }
  }

  async #usePicture(file: File, at: { x: number; y: number }): Promise<void> {
    const type = this.editor.value.catalog.get('LoadImage');
    try {
      const { name } = await this.api.upload(file.name, file);
      if (!type) return;
      const id = this.editor.addNode(type, at);
      this.editor.do({ kind: 'input.set', id, port: 'image', value: name });
      this.say('say.added', { name: type.display_name });
    } catch (failure) {
      this.fail(failure);
    }
  }

  download(): void {
    const text = writeJson(this.editor.definition(), 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `${this.editor.value.root.name || 'workflow'}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** Arranges all nodes, or some of them among themselves. */
  async arrange(only?: ReadonlySet<string>): Promise<void> {
    const { document: before, geometry } = this.editor.value;
    const command = await arrange(geometry, only);
    if (this.editor.value.document === before && before.nodes.size > 0) this.editor.do(command);
  }

  /** What a node is called: by whoever drew it, or by its type. */
  titleOf(node: GraphNode, type: NodeType | undefined): string {
    if (type?.name === GRAPH_INPUT) return this.t('level.in');
    if (type?.name === GRAPH_OUTPUT) return this.t('level.out');
    return node.title ?? type?.display_name ?? node.id;
  }

  /** Whether the run the canvas shows is not over. */
  isRunning(): boolean {
    const run = this.currentRun();
    return run !== undefined && !isOver(run.status);
  }

  /** A node of the level that is shown, or one that a run or a problem names, as people call it. */
  nodeName(id: string): string {
    const node = this.editor.node(id);
    return node ? this.titleOf(node, this.editor.value.geometry.shape(id)?.type) : this.placeName(this.editor.value.root, id);
  }

  /** A place of a workflow as people call it, with the subgraphs it is in. */
  placeName(root: WorkflowDocument, id: string): string {
    const place = locate(root, id);
    if (!place) return id;
    const names: string[] = [];
    let level = root;
    for (const step of [...(place.path ?? []), place.node]) {
      const view = { ...level, subgraphs: root.subgraphs };
      const node = place.path === undefined ? root.subgraphs.get(place.graph!)!.nodes.get(step) : level.nodes.get(step);
      if (!node) return id;
      names.push(this.titleOf(node, typeOf(this.editor.value.catalog, view, node)));
      level = root.subgraphs.get(graphOf(node.type) ?? '') ?? level;
    }
    return names.join(' › ');
  }

  /** Shows the node that a run, a problem or a report names, at its level. @returns its id there. */
  show(place: string): string | undefined {
    const found = locate(this.editor.value.root, place);
    if (!found?.path) return undefined;
    this.editor.goTo(found.path, found.node);
    return found.node;
  }

  /** Enters the subgraph that a node of the level stands for. @returns whether it is one. */
  enter(id: string | undefined): boolean {
    const { root, path } = this.editor.value;
    const there = id === undefined ? path : [...path, id];
    const graph = graphAt(root, there);
    if (id === undefined || graph === undefined) return false;
    this.editor.goTo(there);
    this.say('level.entered', { name: root.subgraphs.get(graph)!.name || graph });
    return true;
  }

  #projected: { run: RunState; of: unknown; path: LevelPath; shown: RunState } | undefined;

  /** The run the canvas shows, as the level shows it. */
  currentRun(): RunState | undefined {
    const { runId, root, path } = this.editor.value;
    const run = runId ? this.runs.get(runId) : undefined;
    if (!run) return undefined;
    const known = this.#projected;
    if (known?.run !== run || known.of !== root || known.path !== path) this.#projected = { run, of: root, path, shown: runAt(root, path, run) };
    return this.#projected!.shown;
  }
}

/** The inputs of a node whose seed is new for each run, as kept in the node's `meta`, which is free for tools. */
export function randomPorts(rest: { readonly [name: string]: unknown }): string[] {
  const mine = isObject(rest.meta) ? rest.meta['vortex-studio'] : undefined;
  return isObject(mine) && Array.isArray(mine.random) ? mine.random.filter((one): one is string => typeof one === 'string') : [];
}

/** A seed below 2^53, so that every tool that reads the file reads the same number. */
export const randomSeed = (): number => {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high! & 0x1fffff) * 0x1_0000_0000 + low!;
};

/** A key under which a request is accepted once, however often it is sent. */
export const requestKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, '0')).join('');

export const app = new App();
