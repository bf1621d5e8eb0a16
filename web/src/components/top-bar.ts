import { html, nothing, type TemplateResult } from 'lit';
import { page } from '../actions/page';
import { app } from '../app';
import type { Language, Theme } from '../stores/settings';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { actionButton } from './action-button';
import './run-controls';

/** The bar over every view: what can be done with the open workflow, and how the page looks. */
export class TopBar extends VtxElement {
  static override properties = { view: { attribute: false } };
  /** The view that is shown. */
  declare view: string;

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    return html`<header class="bar">${this.view === 'editor' ? this.#workflow() : html`<span class="brand">${app.t('app.name')}</span>`}${this.#choices()}</header>`;
  }

  #workflow(): TemplateResult {
    const { root: graph, dirty } = app.editor.value;
    return html`
      <div class="title"><input class="name" aria-label=${app.t('top.name')} placeholder=${app.t('top.untitled')} .value=${graph.name} @input=${(event: Event) => app.editor.doRoot({ kind: 'document.rename', name: (event.target as HTMLInputElement).value }, 'rename')}>${dirty ? html`<span class="quiet dirty">${app.t('top.unsaved')}</span>` : nothing}</div>
      <div class="tools">
        ${['edit.add', 'edit.undo', 'edit.redo', 'arrange.layout', 'view.commands'].map(actionButton)}
      </div>
      <div class="files">
        <button @click=${() => app.newDocument()}>${app.t('top.new')}</button>
        <label class="upload"><span>${app.t('top.open')}</span><input type="file" class="out-of-sight" aria-label=${app.t('top.open')} accept=".json,.vtxw,image/png,image/webp,image/jpeg" @change=${this.#pick}></label>
        <button @click=${() => void app.save()}>${app.t('top.save')}</button>
        <button @click=${() => app.download()}>${app.t('top.export')}</button>
        <button @click=${() => this.dispatchEvent(new CustomEvent('vtx-help', { bubbles: true }))}>${app.t('top.help')}</button>
      </div>
      <vtx-run-controls></vtx-run-controls>`;
  }

  #choices(): TemplateResult {
    const { theme, language } = app.settings.value;
    return html`<div class="choices">
      <select aria-label=${app.t('theme.label')} @change=${(event: Event) => app.settings.choose({ theme: (event.target as HTMLSelectElement).value as Theme })}>${(['system', 'light', 'dark'] as const).map((one) => html`<option value=${one} ?selected=${one === theme}>${app.t(`theme.${one}`)}</option>`)}</select>
      <select aria-label=${app.t('language.label')} @change=${(event: Event) => app.settings.choose({ language: (event.target as HTMLSelectElement).value as Language })}><option value="en" lang="en" ?selected=${language === 'en'}>English</option><option value="de" lang="de" ?selected=${language === 'de'}>Deutsch</option></select>
    </div>`;
  }

  #pick = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    const file = field.files?.[0];
    if (file) void app.openFile(file, page.canvas?.centre());
    field.value = '';
  };
}

customElements.define('vtx-top-bar', TopBar);
