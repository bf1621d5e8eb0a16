import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { addTarget, describeInput, fieldOf, inputFor, moveInput, removeInput, renameInput, setDefault } from '../actions/inputs';
import { app } from '../app';
import { fits, shownInputs, typeOf } from '../core/catalog';
import { inputsOf, type WorkflowInput } from '../core/workflow-inputs';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import type { Choice } from './palette';
import './value-editor';

/** The values that callers of the workflow may set: their names, their order, and what they are when nobody says otherwise. */
export class WorkflowInputs extends VtxElement {
  static override properties = { wrong: { state: true } };
  /** The input whose new name was refused. */
  declare wrong: string;

  constructor() {
    super();
    this.wrong = '';
  }

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    const inputs = inputsOf(app.editor.value.root);
    return html`<h2>${app.t('inputs.title')}</h2>
      ${inputs.length === 0 ? html`<p class="hint">${app.t('inputs.none')}</p>` : html`<p class="quiet">${app.t('inputs.about')}</p>`}
      <ol class="input-list">${inputs.map((input, at) => html`<li>${keyed(input.name, this.#input(input, at, inputs.length))}</li>`)}</ol>`;
  }

  #input(input: WorkflowInput, at: number, count: number): TemplateResult {
    const field = `input-${at}`;
    const { name } = input;
    const facts = fieldOf(input);
    const node = { id: '', type: '', inputs: input.default === undefined ? {} : { [name]: input.default }, mode: 'active' as const, x: 0, y: 0, ui: {}, rest: {} };
    const tool = (key: 'level.up' | 'level.down' | 'inputs.remove' | 'inputs.add', picture: 'up' | 'down' | 'close' | 'plus', act: () => void, disabled = false): TemplateResult =>
      html`<button class="small" aria-label=${app.t(key, { name })} title=${app.t(key, { name })} ?disabled=${disabled} @click=${act}>${icon(picture)}</button>`;
    return html`
      <div class="input-head">
        <input type="text" aria-label=${app.t('inputs.name', { name })} aria-invalid=${this.wrong === name} .value=${name} @change=${(event: Event) => this.#rename(name, event.target as HTMLInputElement)}>
        ${tool('level.up', 'up', () => moveInput(name, -1), at === 0)}${tool('level.down', 'down', () => moveInput(name, 1), at === count - 1)}${tool('inputs.remove', 'close', () => removeInput(input))}
      </div>
      ${this.wrong === name ? html`<p class="wrong" role="alert">${app.t('inputs.badName')}</p>` : nothing}
      <div class="field"><span class="field-head"><label for=${field}>${app.t('inputs.default')}</label><span class="type-name">${input.type}</span>
        ${input.default === undefined ? nothing : html`<button class="small" @click=${() => setDefault(name, undefined)}>${app.t('inputs.noDefault')}</button>`}</span>
        <vtx-value-editor .node=${node} .input=${facts} .field=${field} .change=${(value: never, merge: boolean) => setDefault(name, value, merge)}></vtx-value-editor></div>
      <div class="field"><label for="${field}-text">${app.t('inputs.description')}</label><input id="${field}-text" type="text" .value=${input.description ?? ''} @input=${(event: Event) => describeInput(name, (event.target as HTMLInputElement).value)}></div>
      <p class="targets"><span class="quiet">${app.t('inputs.sets')}</span>
        ${input.targets.map((target) => html`<button class="link" @click=${() => this.dispatchEvent(new CustomEvent('vtx-jump', { detail: target.node, bubbles: true }))}>${app.nodeName(target.node)} · ${target.port}</button>`)}
        ${tool('inputs.add', 'plus', () => this.#ask(input))}</p>`;
  }

  #rename(name: string, field: HTMLInputElement): void {
    const good = renameInput(name, field.value.trim());
    this.wrong = good ? '' : name;
    if (!good) field.value = name;
  }

  #ask(input: WorkflowInput): void {
    const { root, catalog } = app.editor.value;
    const all: Choice[] = [];
    for (const node of root.nodes.values()) {
      for (const one of shownInputs(typeOf(catalog, root, node), node)) {
        if (one.is_widget && fits(input.type, one.type) && !root.edges.has(`${node.id}\n${one.name}`) && !inputFor(node.id, one.name)) {
          all.push({ title: `${app.titleOf(node, typeOf(catalog, root, node))} · ${one.name}`, detail: one.type, choose: () => addTarget(input.name, { node: node.id, port: one.name }) });
        }
      }
    }
    this.dispatchEvent(new CustomEvent('vtx-choose', { detail: { heading: app.t('inputs.add', { name: input.name }), all }, bubbles: true }));
  }
}

customElements.define('vtx-workflow-inputs', WorkflowInputs);
