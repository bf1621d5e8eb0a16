import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import type { Problem } from '../api/types';
import { topological } from '../core/order';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import { stateText } from './node-card';

const jump = (element: HTMLElement, node: string): void => void element.dispatchEvent(new CustomEvent('vtx-jump', { detail: node, bubbles: true }));

/** What is wrong with the workflow, and what its import said. An entry leads to its node. */
export class ProblemsPanel extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    const { problems, report } = app.editor.value;
    return html`
      ${problems.length === 0 ? html`<p class="hint">${app.t('problems.none')}</p>` : this.#list(problems)}
      ${report
        ? html`<h2>${app.t('report.title')}</h2>
            ${report.format ? html`<p class="quiet">${app.t('report.from', { format: report.format })}</p>` : nothing}
            ${report.items.length === 0 ? html`<p class="hint">${app.t('report.clean')}</p>` : this.#list(report.items)}
            ${this.#names(app.t('report.models'), report.models)}${this.#names(app.t('report.files'), report.files)}`
        : nothing}`;
  }

  #list(problems: readonly Problem[]): TemplateResult {
    return html`<ul class="problems">${problems.map(({ severity = 'error', message, node, port }) => {
      const content = html`<span class="severity severity-${severity}">${icon(severity === 'info' ? 'workflows' : 'problem')}${app.t(`problems.${severity}`)}</span><span>${message}</span>${node ? html`<span class="quiet">${app.nodeName(node)}${port ? ` · ${port}` : ''}</span>` : nothing}`;
      return html`<li>${node && app.editor.node(node) ? html`<button class="entry" @click=${() => jump(this, node)}>${content}</button>` : html`<div class="entry">${content}</div>`}</li>`;
    })}</ul>`;
  }

  #names(title: string, names: readonly { name: string; node: string }[]): TemplateResult | typeof nothing {
    return names.length === 0 ? nothing : html`<h3>${title}</h3><ul class="names">${names.map(({ name, node }) => html`<li><button class="entry" @click=${() => jump(this, node)}>${name}</button></li>`)}</ul>`;
  }
}

/** All nodes as a list from sources to outputs: the way through a graph for those who do not see it. */
export class Outline extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  protected override render(): TemplateResult {
    const { document: graph, focus } = app.editor.value;
    if (graph.nodes.size === 0) return html`<p class="hint">${app.t('outline.none')}</p>`;
    const run = app.currentRun();
    const order = topological(graph);
    const current = focus ?? order[0];
    return html`<div role="tree" class="outline" aria-label=${app.t('outline.label')} @keydown=${(event: KeyboardEvent) => this.#key(event, order)}>${order.map((id) => {
      const state = run?.nodes.get(id);
      return html`<div role="treeitem" aria-selected=${id === focus} tabindex=${id === current ? 0 : -1} data-node=${id} class="entry" @click=${() => jump(this, id)}><span>${app.nodeName(id)}</span>${state ? html`<span class="state state-${state.status}">${icon(state.status)}${stateText(state)}</span>` : nothing}</div>`;
    })}</div>`;
  }

  #key(event: KeyboardEvent, order: readonly string[]): void {
    const at = order.indexOf((event.target as HTMLElement).dataset.node ?? '');
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      jump(this, order[at]!);
    } else if (to !== undefined && order[to] !== undefined) {
      event.preventDefault();
      app.editor.select([], order[to]);
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-node="${CSS.escape(order[to]!)}"]`)?.focus());
    }
  }
}

customElements.define('vtx-problems-panel', ProblemsPanel);
customElements.define('vtx-outline', Outline);
