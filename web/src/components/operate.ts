import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { OPERATE, type OperateView as Part } from '../routes';
import { VtxElement } from './base';
import './health-view';
import './models-view';
import './queue-view';
import './runners-view';

/** The views of operation behind one entry of the rail. */
export class OperateView extends VtxElement {
  static override properties = { shown: { attribute: false } };
  declare shown: Part;

  protected override render(): TemplateResult {
    return html`<nav class="parts" aria-label=${app.t('nav.operate')}>${OPERATE.map((part) => html`<a href="#/operate/${part}" aria-current=${part === this.shown ? 'page' : nothing}>${app.t(`operate.${part}`)}</a>`)}</nav>
      ${this.shown === 'queue' ? html`<vtx-queue-view></vtx-queue-view>` : this.shown === 'runners' ? html`<vtx-runners-view></vtx-runners-view>` : this.shown === 'models' ? html`<vtx-models-view></vtx-models-view>` : html`<vtx-health-view></vtx-health-view>`}`;
  }
}

customElements.define('vtx-operate-view', OperateView);
