import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { VtxElement } from './base';
import { app } from '../app';
import type { MessageKey } from '../i18n';
import { dialogFrame } from './dialog';

/** One thing to choose. */
export interface Choice {
  readonly title: string;
  readonly detail: string;
  readonly choose: () => void;
}

const MOST = 60;

/** A list to choose from by typing: nodes to add, or ports to connect. Focus stays in the field; arrows move in the list. */
export class Palette extends VtxElement {
  static override properties = { heading: {}, hint: { attribute: false }, none: { attribute: false }, search: { attribute: false }, query: { state: true }, at: { state: true } };

  declare heading: string;
  /** What may be typed. */
  declare hint: MessageKey;
  /** What is said when nothing is called like that. */
  declare none: MessageKey;
  /** What there is for some words. */
  declare search: ((query: string) => readonly Choice[]) | undefined;
  declare query: string;
  declare at: number;

  constructor() {
    super();
    this.heading = '';
    this.hint = 'palette.search';
    this.none = 'palette.none';
    this.query = '';
    this.at = 0;
  }

  /** A list that opens starts empty, also where the browser has not told yet that the one before was closed. */
  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('search') || this.querySelector('dialog')?.open) return;
    this.query = '';
    this.at = 0;
  }

  protected override updated(changed: PropertyValues): void {
    const dialog = this.querySelector('dialog');
    if (changed.has('search') && this.search && dialog && !dialog.open) {
      dialog.showModal();
      this.querySelector('input')!.focus();
    }
    if (changed.has('at')) this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.search) return nothing;
    const found = this.search(this.query);
    const shown = found.slice(0, MOST);
    const at = Math.min(this.at, shown.length - 1);
    return dialogFrame(this.heading, this.#closed, html`
      <input
        type="text" class="palette-field" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"
        aria-label=${app.t(this.hint)} placeholder=${app.t(this.hint)} .value=${this.query}
        aria-activedescendant=${at >= 0 ? `palette-${at}` : nothing}
        @input=${(event: Event) => {
          this.query = (event.target as HTMLInputElement).value;
          this.at = 0;
        }}
        @keydown=${(event: KeyboardEvent) => this.#key(event, shown, at)}
      >
      <div id="palette-list" role="listbox" aria-label=${this.heading} class="palette-list">
        ${shown.map((choice, index) => html`<div id="palette-${index}" role="option" aria-selected=${index === at} class="palette-choice" @click=${() => this.#choose(choice)}><span>${choice.title}</span><span class="quiet">${choice.detail}</span></div>`)}
      </div>
      <p class="palette-count quiet" role="status">${found.length > 0 ? app.t('palette.count', { count: found.length }) : this.query ? app.t(this.none, { query: this.query }) : app.t('palette.noneFitting')}</p>`);
  }

  #key(event: KeyboardEvent, shown: readonly Choice[], at: number): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.at = (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length);
    } else if (event.key === 'Enter' && shown[at]) {
      event.preventDefault();
      this.#choose(shown[at]);
    }
  }

  #choose(choice: Choice): void {
    const dialog = this.querySelector('dialog')!;
    dialog.close();
    this.#reset();
    choice.choose();
  }

  /** The browser tells of a closed dialog a moment later; by then another list may be open, and stays so. */
  #closed = (event?: Event): void => {
    const dialog = this.querySelector('dialog');
    if (event?.currentTarget === dialog && !dialog?.open) this.#reset();
  };

  #reset(): void {
    this.search = undefined;
    this.dispatchEvent(new Event('vtx-closed'));
  }
}

customElements.define('vtx-palette', Palette);
