import { html, nothing, type TemplateResult } from 'lit';
import { VtxElement } from './base';

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** Shown beside the label when it is not zero. */
  readonly count?: number;
}

/** A row of tabs; the element with the id in `controls` is what they show. Tells `vtx-tab` with the id that is chosen. */
export class Tabs extends VtxElement {
  static override properties = { tabs: { attribute: false }, active: { attribute: false }, label: { attribute: false }, controls: { attribute: false } };
  declare tabs: readonly Tab[];
  declare active: string;
  declare label: string;
  declare controls: string;

  protected override render(): TemplateResult {
    return html`<div role="tablist" class="tabs" aria-label=${this.label} @keydown=${this.#key}>${this.tabs.map(({ id, label, count = 0 }) => html`<button role="tab" id="tab-${id}" aria-controls=${this.controls} aria-selected=${id === this.active} tabindex=${id === this.active ? 0 : -1} @click=${() => this.#choose(id)}>${label}${count > 0 ? html` <span class="count">${count}</span>` : nothing}</button>`)}</div>`;
  }

  #choose(id: string): void {
    this.dispatchEvent(new CustomEvent('vtx-tab', { detail: id, bubbles: true }));
  }

  #key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { id } = this.tabs[(this.tabs.findIndex((one) => one.id === this.active) + step + this.tabs.length) % this.tabs.length]!;
    this.#choose(id);
    this.querySelector<HTMLElement>(`#tab-${id}`)?.focus();
  };
}

customElements.define('vtx-tabs', Tabs);
