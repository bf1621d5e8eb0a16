import { html, nothing, type TemplateResult } from 'lit';
import { app, randomPorts, randomSeed } from '../app';
import { valueOf, type NodeInput } from '../core/catalog';
import type { GraphNode } from '../core/document';
import { parseJson, writeJson, type Json } from '../core/json';
import { VtxElement } from './base';

const SLIDER_STEPS = 1000;

/** Reads what somebody typed for a number. @returns the value, or the message that says what is wrong. */
export function readNumber(text: string, input: NodeInput): { value: number | bigint } | { problem: 'editor.number' | 'editor.integer' | 'editor.range' } {
  const trimmed = text.trim().replace(',', '.');
  if (input.type === 'Integer') {
    if (!/^[+-]?\d+$/.test(trimmed)) return { problem: 'editor.integer' };
    const exact = BigInt(trimmed.replace(/^\+/, ''));
    if ((input.min !== undefined && exact < BigInt(Math.ceil(input.min))) || (input.max !== undefined && exact > BigInt(input.max))) return { problem: 'editor.range' };
    return { value: exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact };
  }
  const value = Number(trimmed);
  if (trimmed === '' || !Number.isFinite(value)) return { problem: 'editor.number' };
  return (input.min !== undefined && value < input.min) || (input.max !== undefined && value > Number(input.max)) ? { problem: 'editor.range' } : { value };
}

/** The field for one constant of a node, by its type. A wrong entry stays in the field, says why, and changes nothing. */
export class ValueEditor extends VtxElement {
  static override properties = { change: { attribute: false }, node: { attribute: false }, input: { attribute: false }, field: {}, wrong: { state: true }, uploads: { state: true } };

  declare node: GraphNode;
  declare input: NodeInput;
  /** Takes what was entered, where it is for something else than the node. */
  declare change: ((value: Json | undefined, merge: boolean) => void) | undefined;
  /** The id of the field, for its label. */
  declare field: string;
  declare wrong: string;
  declare uploads: readonly string[];

  constructor() {
    super();
    this.wrong = '';
    this.uploads = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.input.type === 'File') void app.api.uploads().then((files) => (this.uploads = files.map((file) => file.name)), () => undefined);
  }

  protected override render(): TemplateResult {
    return html`${this.#field()}${this.wrong ? html`<p class="wrong" id="${this.field}-wrong" role="alert">${this.wrong}</p>` : nothing}`;
  }

  #set(value: Json | undefined, merge = false): void {
    this.wrong = '';
    if (this.change) this.change(value, merge);
    else app.editor.do({ kind: 'input.set', id: this.node.id, port: this.input.name, value }, merge ? `${this.node.id}\n${this.input.name}` : undefined);
  }

  #field(): TemplateResult {
    const { input, field, node } = this;
    const value = valueOf(node, input);
    const described = this.wrong ? `${field}-wrong` : nothing;
    switch (input.type) {
      case 'Integer':
      case 'Number':
        return this.#number(value, described);
      case 'Bool':
        return html`<input id=${field} type="checkbox" .checked=${value === true} @change=${(event: Event) => this.#set((event.target as HTMLInputElement).checked)}>`;
      case 'File':
        return this.#file(String(value ?? ''));
      case 'Json':
        return html`<textarea id=${field} rows="4" aria-invalid=${this.wrong !== ''} aria-describedby=${described} .value=${value === undefined ? '' : writeJson(value, 2)} @change=${(event: Event) => this.#json((event.target as HTMLTextAreaElement).value)}></textarea>`;
      default:
        break;
    }
    const choices = input.choices ?? [];
    if (choices.length > 0) return this.#choice(field, choices, value === undefined ? '' : String(value));
    const text = value === undefined || value === null ? '' : String(value);
    const typed = (event: Event): void => this.#set((event.target as HTMLInputElement).value, true);
    return input.is_multiline
      ? html`<textarea id=${field} rows="5" .value=${text} @input=${typed}></textarea>`
      : html`<input id=${field} type="text" spellcheck="false" autocomplete="off" .value=${text} @input=${typed}>`;
  }

  #choice(field: string, choices: readonly string[], value: string): TemplateResult {
    return html`<select id=${field} @change=${(event: Event) => this.#set((event.target as HTMLSelectElement).value)}>
      ${choices.includes(value) ? nothing : html`<option value=${value} selected>${value === '' ? '–' : app.t('editor.outside', { value })}</option>`}
      ${choices.map((one) => html`<option value=${one} ?selected=${one === value}>${one}</option>`)}
    </select>`;
  }

  #number(value: Json | undefined, described: string | typeof nothing): TemplateResult {
    const { input, field, node } = this;
    const { min, max, step } = input;
    const slides = min !== undefined && max !== undefined && typeof max === 'number' && !input.has_control_after_generate && (max - min) / (step ?? 1) <= SLIDER_STEPS;
    const take = (event: Event): void => {
      const read = readNumber((event.target as HTMLInputElement).value, input);
      if ('value' in read) this.#set(read.value, true);
      else this.wrong = app.t(read.problem, { min: String(min ?? '−∞'), max: String(max ?? '∞') });
    };
    const random = randomPorts(node.rest).includes(input.name);
    return html`
      <div class="number">
        <input id=${field} type="text" inputmode=${input.type === 'Integer' ? 'numeric' : 'decimal'} autocomplete="off" aria-invalid=${this.wrong !== ''} aria-describedby=${described} .value=${value === undefined || value === null ? '' : String(value)} @input=${take}
          @keydown=${(event: KeyboardEvent) => this.#step(event, typeof value === 'number' ? value : 0)}>
        ${slides ? html`<input type="range" aria-label=${input.name} min=${min} max=${max} step=${step ?? (input.type === 'Integer' ? 1 : 'any')} .value=${String(value ?? min)} @input=${take}>` : nothing}
        ${input.has_control_after_generate ? html`<button class="small" @click=${() => this.#set(randomSeed())}>${app.t('editor.newSeed')}</button>` : nothing}
      </div>
      ${input.has_control_after_generate ? html`<label class="check"><input type="checkbox" .checked=${random} @change=${(event: Event) => this.#keepRandom((event.target as HTMLInputElement).checked)}>${app.t('editor.randomSeed')}</label>` : nothing}`;
  }

  #step(event: KeyboardEvent, value: number): void {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const step = this.input.step ?? 1;
    const next = value + (event.key === 'ArrowUp' ? step : -step);
    const read = readNumber(String(Number(next.toPrecision(12))), this.input);
    if ('value' in read) this.#set(read.value, true);
  }

  #keepRandom(on: boolean): void {
    const { rest } = this.node;
    const ports = new Set(randomPorts(rest));
    if (on) ports.add(this.input.name);
    else ports.delete(this.input.name);
    const { 'vortex-studio': _, ...meta } = (rest.meta ?? {}) as Record<string, Json>;
    app.editor.do({ kind: 'node.patch', id: this.node.id, patch: { rest: { ...rest, meta: ports.size > 0 ? { ...meta, 'vortex-studio': { random: [...ports] } } : meta } } });
  }

  #json(text: string): void {
    try {
      this.#set(text.trim() === '' ? undefined : parseJson(text));
    } catch {
      this.wrong = app.t('editor.json');
    }
  }

  #file(value: string): TemplateResult {
    const names = [...new Set([...this.uploads, ...(this.input.choices ?? [])])];
    return html`
      <select id=${this.field} @change=${(event: Event) => this.#set((event.target as HTMLSelectElement).value || undefined)}>
        <option value="" ?selected=${value === ''}>${app.t('editor.noFile')}</option>
        ${(value === '' || names.includes(value) ? names : [value, ...names]).map((name) => html`<option value=${name} ?selected=${name === value}>${name}</option>`)}
      </select>
      <label class="upload"><span>${app.t('editor.upload')}</span><input type="file" class="out-of-sight" aria-label="${app.t('editor.upload')} ${this.input.name}" @change=${(event: Event) => void this.#upload(event.target as HTMLInputElement)}></label>`;
  }

  async #upload(field: HTMLInputElement): Promise<void> {
    const file = field.files?.[0];
    if (!file) return;
    try {
      const { name } = await app.api.upload(file.name, file);
      this.uploads = [...new Set([...this.uploads, name])];
      this.#set(name);
    } catch (failure) {
      app.fail(failure);
    }
    field.value = '';
  }
}

customElements.define('vtx-value-editor', ValueEditor);
