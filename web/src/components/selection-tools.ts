import { html, type TemplateResult } from 'lit';
import { app } from '../app';
import type { Store } from '../stores/store';
import { actionButton } from './action-button';
import { VtxElement } from './base';

const TOOLS = [
  ['align.label', ['arrange.left', 'arrange.centre', 'arrange.right', 'arrange.top', 'arrange.middle', 'arrange.bottom']],
  ['distribute.label', ['arrange.horizontal', 'arrange.vertical', 'arrange.layoutSelection']],
  ['section.edit', ['edit.group', 'edit.mute', 'edit.bypass']],
] as const;

/** What can be done with several nodes at once, as buttons. */
export class SelectionTools extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    return html`${TOOLS.map(([label, ids]) => html`<h2>${app.t(label)}</h2><div class="tool-row" role="group" aria-label=${app.t(label)}>${ids.map(actionButton)}</div>`)}`;
  }
}

customElements.define('vtx-selection-tools', SelectionTools);
