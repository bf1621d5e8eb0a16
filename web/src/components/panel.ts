import { html, type TemplateResult } from 'lit';
import { app, type PanelTab } from '../app';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import './annotation-editor';
import './inspector';
import './outline';
import './problems-panel';
import './run-list';
import './run-view';
import './tabs';
import './workflow-panel';

const TABS: readonly PanelTab[] = ['inspector', 'problems', 'run', 'outline', 'workflow'];

const CONTENT: { readonly [tab in PanelTab]: () => TemplateResult } = {
  inspector: () => html`<vtx-inspector></vtx-inspector>`,
  problems: () => html`<vtx-problems-panel></vtx-problems-panel>`,
  run: () => html`<vtx-run-list></vtx-run-list><vtx-run-view .runId=${app.editor.value.runId}></vtx-run-view>`,
  outline: () => html`<vtx-outline></vtx-outline><vtx-annotation-list></vtx-annotation-list>`,
  workflow: () => html`<vtx-workflow-panel></vtx-workflow-panel>`,
};

/** What is told of the open workflow beside its graph. */
export class Panel extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor, app.view];
  }

  protected override render(): TemplateResult {
    const { tab } = app.view.value;
    const problems = app.editor.value.allProblems.length;
    return html`<aside class="panel" aria-label=${app.t('panel.label')}>
      <vtx-tabs .label=${app.t('panel.label')} .active=${tab} .controls=${'panel-body'} .tabs=${TABS.map((id) => ({ id, label: app.t(`tab.${id}`), count: id === 'problems' ? problems : 0 }))} @vtx-tab=${(event: CustomEvent<PanelTab>) => app.view.update({ tab: event.detail })}></vtx-tabs>
      <div id="panel-body" role="tabpanel" class="panel-body" aria-labelledby="tab-${tab}" tabindex="0">${CONTENT[tab]()}</div>
    </aside>`;
  }
}

customElements.define('vtx-panel', Panel);
