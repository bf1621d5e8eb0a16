import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { graphOf, isBorder, type WorkflowDocument } from '../core/document';
import { topological } from '../core/order';
import { runAt } from '../stores/projection';
import type { NodeState, RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import { unusedNote } from './levels';
import { stateText } from './node-card';

interface Row {
  readonly path: readonly string[];
  readonly id: string;
  readonly name: string;
  /** The subgraph it stands for. */
  readonly graph: string | undefined;
  readonly open: boolean;
  readonly state: NodeState | undefined;
}

const keyOf = (path: readonly string[], id: string): string => [...path, id].join('\n');

/** All nodes as a tree from sources to outputs, subgraphs as branches: the way through a workflow for those who do not see it. */
export class Outline extends VtxElement {
  static override properties = { at: { state: true } };
  /** The row that has the focus. */
  declare at: string | undefined;
  readonly #open = new Set<string>();

  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  protected override render(): TemplateResult {
    const { root, path, focus } = app.editor.value;
    if (root.nodes.size === 0) return html`<p class="hint">${app.t('outline.none')}</p>${unusedNote()}`;
    // What is open on the canvas is open here too.
    path.forEach((id, depth) => this.#open.add(keyOf(path.slice(0, depth), id)));
    const rows = this.#rows();
    const shown = focus === undefined ? undefined : keyOf(path, focus);
    const has = (key: string | undefined): boolean => rows.some((row) => keyOf(row.path, row.id) === key);
    const current = has(this.at) ? this.at : has(shown) ? shown : rows[0] && keyOf(rows[0].path, rows[0].id);
    return html`<div role="tree" class="outline" aria-label=${app.t('outline.label')} @keydown=${(event: KeyboardEvent) => this.#key(event, rows)}>${rows.map((row) => {
      const key = keyOf(row.path, row.id);
      return html`<div role="treeitem" aria-level=${row.path.length + 1} aria-selected=${key === shown} aria-expanded=${row.graph === undefined ? nothing : row.open ? 'true' : 'false'} tabindex=${key === current ? 0 : -1}
        data-node=${row.id} data-key=${key} class="entry level-${Math.min(row.path.length, 6)}" @click=${() => this.#show(row)}>
        <span>${row.graph === undefined ? nothing : html`<span class="twist" aria-hidden="true" @click=${(event: Event) => (event.stopPropagation(), this.#toggle(row))}>${icon(row.open ? 'down' : 'next')}</span>`}${row.name}</span>
        ${row.state ? html`<span class="state state-${row.state.status}">${icon(row.state.status)}${stateText(row.state)}</span>` : nothing}</div>`;
    })}</div>${unusedNote()}`;
  }

  #rows(): Row[] {
    const { root, runId, catalog } = app.editor.value;
    const run = runId ? app.runs.get(runId) : undefined;
    const rows: Row[] = [];
    const add = (level: WorkflowDocument, path: readonly string[], around: readonly string[]): void => {
      const states: RunState | undefined = run && runAt(root, path, run);
      for (const id of topological(level)) {
        if (level.ports && isBorder(id)) continue;
        const node = level.nodes.get(id)!;
        const graph = graphOf(node.type);
        const inner = graph === undefined || around.includes(graph) ? undefined : root.subgraphs.get(graph);
        const open = inner !== undefined && this.#open.has(keyOf(path, id));
        rows.push({ path, id, name: node.title ?? (inner ? inner.name || graph! : (catalog.get(node.type)?.display_name ?? node.type)), graph: inner && graph, open, state: states?.nodes.get(id) });
        if (open) add(inner, [...path, id], [...around, graph!]);
      }
    };
    add(root, [], []);
    return rows;
  }

  #show(row: Row): void {
    const { path } = app.editor.value;
    this.at = keyOf(row.path, row.id);
    if (path.join('\n') !== row.path.join('\n')) app.editor.goTo(row.path, row.id);
    this.dispatchEvent(new CustomEvent('vtx-jump', { detail: row.id, bubbles: true }));
  }

  #toggle(row: Row): void {
    const key = keyOf(row.path, row.id);
    if (!this.#open.delete(key)) this.#open.add(key);
    // A level that is shown stays open; closing it leads out.
    const { path } = app.editor.value;
    if (!this.#open.has(key) && path.length > row.path.length && keyOf(path.slice(0, row.path.length), path[row.path.length]!) === key) app.editor.leave(row.path.length);
    this.requestUpdate();
  }

  #key(event: KeyboardEvent, rows: readonly Row[]): void {
    const at = rows.findIndex((row) => keyOf(row.path, row.id) === (event.target as HTMLElement).dataset.key);
    const row = rows[at];
    if (!row) return;
    const parent = rows.findLastIndex((one, index) => index < at && one.path.length < row.path.length);
    let to: number | undefined = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === 'ArrowRight') {
      if (row.graph !== undefined && !row.open) this.#toggle(row);
      else if (row.open) to = at + 1;
    } else if (event.key === 'ArrowLeft') {
      if (row.open) this.#toggle(row);
      else to = parent;
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return this.#show(row);
    } else if (to === undefined) return;
    event.preventDefault();
    const next = to === undefined ? undefined : rows[to];
    if (!next) return;
    this.at = keyOf(next.path, next.id);
    if (next.path.join('\n') === app.editor.value.path.join('\n')) app.editor.select([], next.id);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-key="${CSS.escape(this.at!)}"]`)?.focus());
  }
}

customElements.define('vtx-outline', Outline);
