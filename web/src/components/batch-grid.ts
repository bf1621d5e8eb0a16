import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { app } from '../app';
import { batches } from '../batches';
import { cellsOf, valueText } from '../core/batch';
import { isDone, type Batch, type Cell } from '../stores/batches';
import { isOver } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';

/** The results of a batch as a table of pictures: the last input across, the others down. */
export class BatchGrid extends VtxElement {
  static override properties = { batchId: { attribute: false } };
  declare batchId: string;

  protected override stores(): Store<any>[] {
    return [batches];
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('batchId')) void batches.open(this.batchId).catch((failure: unknown) => app.fail(failure));
  }

  protected override render(): TemplateResult {
    const batch = batches.get(this.batchId);
    if (!batch) return html`<p class="hint" role="status">${app.t(batches.value.sought.has(this.batchId) ? 'runs.loading' : 'batch.unknown')}</p>`;
    const done = batch.cells.filter((cell) => cell.status && isOver(cell.status)).length;
    const failed = batch.cells.filter((cell) => cell.problem !== undefined || cell.status === 'failed').length;
    return html`<h1>${batch.name || app.t('top.untitled')}</h1>
      <p class="run-progress"><progress max=${batch.cells.length} value=${done} aria-label=${app.t('batch.progress', { done, count: batch.cells.length })}></progress>
        <span role="status">${app.t('batch.progress', { done, count: batch.cells.length })}${failed > 0 ? `, ${app.t('batch.failed', { count: failed })}` : ''}</span></p>
      ${isDone(batch) ? nothing : html`<button ?disabled=${batch.canceled} @click=${() => void batches.cancel(batch.id).catch((failure: unknown) => app.fail(failure))}>${icon('stop')}${app.t(batch.canceled ? 'top.canceling' : 'batch.cancel')}</button>`}
      ${this.#table(batch)}`;
  }

  #table(batch: Batch): TemplateResult {
    const across = batch.axes.at(-1)!;
    const down = batch.axes.slice(0, -1);
    const rows = cellsOf(down);
    const width = across.values.length;
    return html`<div class="batch-scroll" role="region" tabindex="0" aria-label=${app.t('batch.results')}><table class="batch-grid">
      <thead><tr>${down.map((axis) => html`<th scope="col">${axis.input}</th>`)}${across.values.map((value) => html`<th scope="col"><span class="quiet">${across.input}</span> ${valueText(value)}</th>`)}</tr></thead>
      <tbody>${rows.map((row, at) => html`<tr>${down.map((axis) => html`<th scope="row">${valueText(row[axis.input])}</th>`)}${batch.cells.slice(at * width, (at + 1) * width).map((cell) => html`<td>${this.#cell(cell, batch)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
  }

  #cell(cell: Cell, batch: Batch): TemplateResult {
    const words = batch.axes.map((axis) => `${axis.input} ${valueText(cell.values[axis.input])}`).join(', ');
    if (cell.run === undefined) return html`<span class="state state-${cell.problem ? 'failed' : 'waiting'}">${icon(cell.problem ? 'failed' : 'waiting')}${cell.problem ?? app.t(batch.canceled ? 'run.canceled' : 'batch.waiting')}</span>`;
    const status = cell.status ?? 'queued';
    return html`<a href="#/runs/${cell.run}" aria-label=${`${words}, ${app.t(`run.${status}`)}`}>${cell.picture ? html`<img src=${app.api.artifactUrl(cell.picture, 512)} alt="" loading="lazy" decoding="async" width=${cell.picture.width ?? nothing} height=${cell.picture.height ?? nothing}>` : nothing}
      ${cell.picture && status === 'succeeded' ? nothing : html`<span class="state state-${status}">${icon(status)}${app.t(`run.${status}`)}</span>`}</a>
      ${cell.problem ? html`<p class="wrong">${cell.problem}</p>` : nothing}`;
  }
}

customElements.define('vtx-batch-grid', BatchGrid);
