import { html, nothing, type TemplateResult } from 'lit';
import { perform } from '../actions';
import { ariaKey, isMac, keyText } from '../actions/keys';
import { actions } from '../actions/registry';
import { app } from '../app';
import { icon } from './icons';

/** A toolbar button for an action: its picture, its name as a label, and its key in the tip. */
export function actionButton(id: string): TemplateResult {
  const action = actions.get(id);
  const name = app.t(action.label);
  const key = action.keys?.[0];
  return html`<button
    class="quiet-button" data-action=${id} aria-label=${name} title=${key ? `${name} (${keyText(key, isMac())})` : name} aria-keyshortcuts=${key ? ariaKey(key) : nothing} aria-pressed=${action.pressed ? String(action.pressed()) : nothing}
    ?disabled=${!actions.isEnabled(action)} @click=${() => perform(action)}>${icon(action.icon ?? 'plus')}</button>`;
}
