import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { app } from '../app';
import { locate } from '../core/levels';
import type { NodeState, RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { styled, VtxElement } from './base';
import { icon } from './icons';
import { stateText } from './node-card';
import { runNodeName } from './run-node-name';

/** How often a run that goes on is drawn, in milliseconds, when nothing is told of it. */
const TICK = 500;
/** While a run goes on, its scale grows in steps of so much: rows are drawn again when it does, and not for every event of another node. */
const STEP = 1.05;

/** When each node of a run was at work, one under the other. */
export class RunTimeline extends VtxElement {
  static override properties = { run: { attribute: false } };
  declare run: RunState | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  protected override stores(): Store<any>[] {
    return [app.editor, app.runNames];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tick(false);
  }

  protected override updated(): void {
    this.#tick(this.run?.status === 'running');
  }

  #tick(on: boolean): void {
    if (on) this.#clock ??= setInterval(() => this.requestUpdate(), TICK);
    else {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    if (!run || run.nodes.size === 0) return nothing;
    const { runId, root, catalog } = app.editor.value;
    const { language } = app.settings.value;
    const start = run.started ?? run.queued;
    const length = run.ended === undefined ? grown(Date.now() - start) : Math.max(1, run.ended - start);
    const mine = runId === run.id;
    const around = [run.id, start, length, mine, root, app.runNames.value, catalog, language];
    return html`<h2>${app.t('runview.timeline')}</h2><ol class="timeline">${[...run.nodes].map(([id, node]) => html`<li>${guard([...around, id, node], () => this.#row(run, id, node, mine, start, length))}</li>`)}</ol>`;
  }

  #row(run: RunState, id: string, node: NodeState, mine: boolean, start: number, length: number): TemplateResult {
    const name = runNodeName(run.id, id);
    const percent = (time: number): string => `${Math.max(0, Math.min(100, ((time - start) / length) * 100))}%`;
    return html`
      ${mine && locate(app.editor.value.root, id)?.path ? html`<button class="link" aria-label=${app.t('runview.openNode', { node: name })} @click=${() => this.dispatchEvent(new CustomEvent('vtx-jump', { detail: id, bubbles: true }))}>${name}</button>` : html`<span>${name}</span>`}
      <span class="state state-${node.status}">${icon(node.status)}${stateText(node)}</span>
      <span class="track" aria-hidden="true">${node.started === undefined ? nothing : html`<span class="span span-${node.status}" ${styled({ left: percent(node.started), right: node.ended === undefined ? '0%' : `calc(100% - ${percent(node.ended)})` })}></span>`}</span>
      ${node.problem ? html`<p class="wrong">${node.problem.message}</p>` : nothing}`;
  }
}

/** A length of time, made a little longer so that it stays the same for a while. */
const grown = (milliseconds: number): number => STEP ** Math.ceil(Math.log(Math.max(1000, milliseconds)) / Math.log(STEP));

customElements.define('vtx-run-timeline', RunTimeline);
