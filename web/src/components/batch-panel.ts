import { html, nothing, type TemplateResult } from 'lit';
import { fieldOf } from '../actions/inputs';
import { app, randomSeed } from '../app';
import { batches } from '../batches';
import { ASK_ABOVE, countOf, MOST_RUNS, readAxis, type Axis, type AxisDraft } from '../core/batch';
import { inputsOf } from '../core/workflow-inputs';
import { isDone } from '../stores/batches';
import { isOver } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import './batch-grid';

const WAYS: readonly AxisDraft['way'][] = ['list', 'range', 'seeds'];

/** Runs the open workflow over a grid of values: choose inputs, say which values, see how many runs that is, start them. */
export class BatchPanel extends VtxElement {
  static override properties = { batchId: { attribute: false }, drafts: { state: true }, asking: { state: true } };
  declare batchId: string | undefined;
  declare drafts: readonly AxisDraft[];
  /** Whether the question about many runs is open. */
  declare asking: boolean;

  constructor() {
    super();
    this.drafts = [];
    this.asking = false;
  }

  protected override stores(): Store<any>[] {
    return [app.editor, batches];
  }

  protected override render(): TemplateResult {
    if (this.batchId !== undefined) return html`<p><a href="#/batches">← ${app.t('batch.all')}</a></p><vtx-batch-grid .batchId=${this.batchId}></vtx-batch-grid>`;
    const inputs = inputsOf(app.editor.value.root);
    return html`<h1>${app.t('batch.title')}</h1>
      ${inputs.length === 0 ? html`<p class="hint">${app.t('batch.noInputs')}</p>` : this.#form()}
      <h2>${app.t('batch.earlier')}</h2>
      ${batches.value.all.length === 0 ? html`<p class="hint">${app.t('batch.none')}</p>` : nothing}
      <ul class="cards">${batches.value.all.map((batch) => html`<li><a href="#/batches/${batch.id}"><strong>${batch.name || app.t('top.untitled')}</strong><span class="quiet">${batch.axes.map((axis) => axis.input).join(' × ')}</span>
        <span>${app.t('batch.progress', { done: batch.cells.filter((cell) => cell.status && isOver(cell.status)).length, count: batch.cells.length })}</span></a>
        ${isDone(batch) ? html`<button class="small" @click=${() => batches.forget(batch.id)}>${app.t('batch.forget')}</button>` : html`<button class="small" @click=${() => this.#cancel(batch.id)}>${app.t('batch.cancel')}</button>`}</li>`)}</ul>`;
  }

  #form(): TemplateResult {
    const inputs = inputsOf(app.editor.value.root);
    const left = inputs.filter((one) => !this.drafts.some((draft) => draft.input === one.name));
    const read = this.drafts.map((draft) => this.#read(draft));
    const axes = read.flatMap((one) => ('axis' in one ? [one.axis] : []));
    const count = axes.length === this.drafts.length && axes.length > 0 ? countOf(axes) : undefined;
    return html`<p class="quiet">${app.t('batch.about', { name: app.editor.value.root.name || app.t('top.untitled') })}</p>
      ${this.drafts.map((draft, at) => this.#axis(draft, at, read[at]!))}
      ${left.length > 0 ? html`<div class="row">${left.map((one) => html`<button @click=${() => this.#add(one.name)}>${app.t('batch.vary', { name: one.name })}</button>`)}</div>` : nothing}
      <p class="batch-count" role="status">${count === undefined ? '' : count > MOST_RUNS ? app.t('batch.overLimit', { count, most: MOST_RUNS }) : app.t('batch.count', { count })}</p>
      ${this.asking && count !== undefined ? html`<div class="question" role="alertdialog" aria-label=${app.t('batch.sure', { count })}><p>${app.t('batch.sure', { count })}</p><div class="row"><button class="primary" @click=${() => this.#start(axes)}>${app.t('batch.startAll', { count })}</button><button @click=${() => (this.asking = false)}>${app.t('batch.notNow')}</button></div></div>`
        : html`<button class="primary" ?disabled=${count === undefined || count > MOST_RUNS} @click=${() => (count! > ASK_ABOVE ? (this.asking = true) : this.#start(axes))}>${count === undefined ? app.t('batch.start') : app.t('batch.startAll', { count })}</button>`}`;
  }

  #axis(draft: AxisDraft, at: number, read: ReturnType<typeof readAxis>): TemplateResult {
    const field = this.#field(draft.input);
    const numeric = field.type === 'Integer' || field.type === 'Number';
    const ways = WAYS.filter((way) => way === 'list' || (way === 'range' ? numeric : field.type === 'Integer'));
    const text = (key: 'from' | 'to' | 'step' | 'count'): TemplateResult => html`<label class="inline"><span>${app.t(`batch.${key}`)}</span><input type="text" inputmode="decimal" autocomplete="off" .value=${draft[key]} @input=${(event: Event) => this.#change(at, { [key]: (event.target as HTMLInputElement).value })}></label>`;
    return html`<fieldset class="axis"><legend>${draft.input} <span class="type-name">${field.type}</span></legend>
      ${ways.length > 1 ? html`<label class="inline"><span>${app.t('batch.values')}</span><select @change=${(event: Event) => this.#change(at, { way: (event.target as HTMLSelectElement).value as AxisDraft['way'] })}>${ways.map((way) => html`<option value=${way} ?selected=${way === draft.way}>${app.t(`batch.way.${way}`)}</option>`)}</select></label>` : nothing}
      ${draft.way === 'range' ? html`${text('from')}${text('to')}${text('step')}` : draft.way === 'seeds' ? text('count')
        : (field.choices?.length ?? 0) > 0 ? this.#choices(draft, at, field.choices!)
        : html`<label class="inline wide"><span>${app.t(numeric ? 'batch.listNumbers' : 'batch.listLines')}</span><textarea rows="3" .value=${draft.list} @input=${(event: Event) => this.#change(at, { list: (event.target as HTMLTextAreaElement).value })}></textarea></label>`}
      <button class="small" aria-label=${app.t('batch.drop', { name: draft.input })} @click=${() => (this.drafts = this.drafts.filter((one) => one !== draft))}>${app.t('batch.dropShort')}</button>
      ${'problem' in read && (draft.list || draft.from || draft.way === 'seeds') ? html`<p class="wrong">${app.t(read.problem, { value: read.value ?? '', most: MOST_RUNS })}</p>` : nothing}
    </fieldset>`;
  }

  #choices(draft: AxisDraft, at: number, choices: readonly string[]): TemplateResult {
    const taken = (list: string): Set<string> => new Set(list.split('\n').filter(Boolean));
    const chosen = taken(draft.list);
    // From what is chosen by then, not from what was drawn.
    const toggle = (choice: string, on: boolean): void => {
      const now = taken(this.drafts[at]?.list ?? '');
      this.#change(at, { list: choices.filter((one) => (one === choice ? on : now.has(one))).join('\n') });
    };
    return html`<div class="batch-choices">${choices.map((choice) => html`<label class="check"><input type="checkbox" .checked=${chosen.has(choice)} @change=${(event: Event) => toggle(choice, (event.target as HTMLInputElement).checked)}>${choice}</label>`)}</div>`;
  }

  #field(name: string) {
    const input = inputsOf(app.editor.value.root).find((one) => one.name === name);
    return input ? fieldOf(input) : { name, type: 'Text' };
  }

  #read(draft: AxisDraft): ReturnType<typeof readAxis> {
    // Seeds are drawn when the batch starts; until then only their number counts.
    return readAxis(draft, this.#field(draft.input), draft.way === 'seeds' ? () => 0 : randomSeed);
  }

  #add(input: string): void {
    const field = this.#field(input);
    const value = field.default === undefined ? '' : String(field.default);
    const seeds = field.type === 'Integer' && /seed/i.test(input);
    this.drafts = [...this.drafts, { input, way: seeds ? 'seeds' : 'list', list: (field.choices?.length ?? 0) > 0 ? value : '', from: '', to: '', step: String(field.step ?? 1), count: '4' }];
  }

  #change(at: number, change: Partial<AxisDraft>): void {
    this.drafts = this.drafts.map((one, index) => (index === at ? { ...one, ...change } : one));
    this.asking = false;
  }

  #start(counted: readonly Axis[]): void {
    const axes = this.drafts.map((draft, at) => {
      const read = readAxis(draft, this.#field(draft.input), randomSeed);
      return 'axis' in read ? read.axis : counted[at]!;
    });
    this.asking = false;
    const id = batches.start(app.editor.value.root.name, app.editor.definition(), axes);
    app.say('batch.started', { count: countOf(axes) });
    location.hash = `#/batches/${id}`;
  }

  #cancel(id: string): void {
    void batches.cancel(id).catch((failure: unknown) => app.fail(failure));
  }
}

customElements.define('vtx-batch-panel', BatchPanel);
