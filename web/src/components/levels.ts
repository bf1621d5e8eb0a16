import { html, nothing, type TemplateResult } from 'lit';
import { deleteUnused, moveGraphPort, renameGraphPort, unexpose, useCount } from '../actions/subgraphs';
import { app } from '../app';
import { graphAt, unusedGraphs } from '../core/levels';
import type { Side } from '../core/ports';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';

/** Where in the workflow the canvas is: each level leads back to itself. Not there at the top. */
export class Breadcrumbs extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { root, path } = app.editor.value;
    if (path.length === 0) return nothing;
    const names = [root.name || app.t('level.top'), ...path.map((_, at) => this.#name(at))];
    return html`<nav class="breadcrumbs" aria-label=${app.t('level.label')}><ol>${names.map((name, depth) => html`<li>${depth > 0 ? html`<span aria-hidden="true">›</span>` : nothing}${depth === path.length
      ? html`<span aria-current="page">${name}</span>`
      : html`<button class="small" @click=${() => this.#leave(depth, name)}>${name}</button>`}</li>`)}</ol></nav>`;
  }

  #name(at: number): string {
    const { root, path } = app.editor.value;
    const outer = graphAt(root, path.slice(0, at));
    const title = (outer === undefined ? root : root.subgraphs.get(outer))?.nodes.get(path[at]!)?.title;
    const graph = graphAt(root, path.slice(0, at + 1)) ?? '';
    return title ?? root.subgraphs.get(graph)?.name ?? graph;
  }

  #leave(depth: number, name: string): void {
    app.editor.leave(depth);
    app.say('level.left', { name });
    document.querySelector<HTMLElement>('vtx-graph-canvas')?.focus();
  }
}

/** Says how many nodes share a subgraph. */
export function sharing(graph: string): string {
  const count = useCount(graph);
  return count === 0 ? app.t('level.unusedNow') : count === 1 ? app.t('level.shared.one') : app.t('level.shared.many', { count });
}

/** The definition that is open: its name and its ports. */
export class GraphDefinition extends VtxElement {
  static override properties = { wrong: { state: true } };
  declare wrong: string;

  constructor() {
    super();
    this.wrong = '';
  }

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult | typeof nothing {
    const id = app.editor.graph();
    const { document: graph } = app.editor.value;
    if (id === undefined || !graph.ports) return nothing;
    return html`<h2 class="inspector-name">${app.t('level.definition')}</h2>
      <p class="quiet">${sharing(id)}</p>
      <div class="field"><label for="graph-name">${app.t('level.name')}</label><input id="graph-name" type="text" .value=${graph.name} @input=${(event: Event) => app.editor.do({ kind: 'document.rename', name: (event.target as HTMLInputElement).value }, `name ${id}`)}></div>
      ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong}</p>` : nothing}
      ${this.#list(id, 'input', graph.ports.inputs)}${this.#list(id, 'output', graph.ports.outputs)}`;
  }

  #list(id: string, side: Side, ports: readonly { name: string; type: string }[]): TemplateResult {
    return html`<h3>${app.t(side === 'input' ? 'level.in' : 'level.out')}</h3>
      ${ports.length === 0 ? html`<p class="hint">${app.t('level.noPorts')}</p>` : nothing}
      <ul class="port-list">${ports.map(({ name, type }, at) => html`<li>
        <input type="text" aria-label=${app.t('level.portName', { name })} title=${type} .value=${name} @change=${(event: Event) => this.#rename(id, side, name, event.target as HTMLInputElement)}>
        <button class="small" aria-label=${app.t('level.up', { name })} title=${app.t('level.up', { name })} ?disabled=${at === 0} @click=${() => moveGraphPort(id, side, name, -1)}>${icon('up')}</button>
        <button class="small" aria-label=${app.t('level.down', { name })} title=${app.t('level.down', { name })} ?disabled=${at === ports.length - 1} @click=${() => moveGraphPort(id, side, name, 1)}>${icon('down')}</button>
        <button class="small" aria-label=${app.t('level.unexpose', { name })} title=${app.t('level.unexpose', { name })} @click=${() => unexpose(id, side, name)}>${icon('close')}</button>
      </li>`)}</ul>`;
  }

  #rename(id: string, side: Side, name: string, field: HTMLInputElement): void {
    const good = renameGraphPort(id, side, name, field.value);
    this.wrong = good ? '' : app.t('level.portTaken');
    if (!good) field.value = name;
  }
}

/** Definitions that nothing uses, with the way to be rid of them. */
export function unusedNote(): TemplateResult | typeof nothing {
  const { length } = unusedGraphs(app.editor.value.root);
  return length === 0 ? nothing : html`<p class="hint">${app.t('level.unused', { count: length })}</p><button @click=${deleteUnused}>${app.t('level.deleteUnused')}</button>`;
}

customElements.define('vtx-breadcrumbs', Breadcrumbs);
customElements.define('vtx-graph-definition', GraphDefinition);
