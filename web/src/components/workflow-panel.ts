import { html, nothing, type TemplateResult } from 'lit';
import { exportComfy } from '../actions/versions';
import { app } from '../app';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import './versions';
import './workflow-inputs';

/** What belongs to the workflow as a whole. */
export class WorkflowPanel extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.view];
  }

  protected override render(): TemplateResult {
    const { exported } = app.view.value;
    return html`<vtx-workflow-inputs></vtx-workflow-inputs>
      <p><a href="#/batches">${app.t('batch.link')}</a></p>
      <vtx-versions></vtx-versions>
      <h2>${app.t('export.title')}</h2>
      <div class="row"><button @click=${() => app.download()}>${app.t('export.vtxw')}</button><button @click=${() => void exportComfy('comfy-ui')}>${app.t('export.comfy')}</button><button @click=${() => void exportComfy('comfy-api')}>${app.t('export.api')}</button></div>
      <p class="quiet">${app.t('export.about')}</p>
      ${exported && exported.length > 0 ? html`<ul class="problems">${exported.map((one) => html`<li><div class="entry"><span>${one.message}</span>${one.node ? html`<span class="quiet">${app.nodeName(one.node)}</span>` : nothing}</div></li>`)}</ul>` : nothing}`;
  }
}

customElements.define('vtx-workflow-panel', WorkflowPanel);
