import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import type { Problem } from '../api/types';
import { locate } from '../core/levels';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';

const jump = (element: HTMLElement, node: string): void => void element.dispatchEvent(new CustomEvent('vtx-jump', { detail: node, bubbles: true }));

/** What is wrong with the workflow, and what its import said. An entry leads to its node. */
export class ProblemsPanel extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    const { allProblems: problems, report } = app.editor.value;
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
      return html`<li>${node && locate(app.editor.value.root, node)?.path ? html`<button class="entry" @click=${() => jump(this, node)}>${content}</button>` : html`<div class="entry">${content}</div>`}</li>`;
    })}</ul>`;
  }

  #names(title: string, names: readonly { name: string; node: string }[]): TemplateResult | typeof nothing {
    return names.length === 0 ? nothing : html`<h3>${title}</h3><ul class="names">${names.map(({ name, node }) => html`<li><button class="entry" @click=${() => jump(this, node)}>${name}</button></li>`)}</ul>`;
  }
}

customElements.define('vtx-problems-panel', ProblemsPanel);
