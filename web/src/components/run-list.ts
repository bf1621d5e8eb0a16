import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import { isOver, type RunState } from '../stores/run-state';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';

const clock = (time: number): string => new Intl.DateTimeFormat(app.settings.value.language, { timeStyle: 'medium' }).format(time);

/** The runs of the workflow that is open, when there are several: one of them is shown on the canvas. */
export class RunList extends VtxElement {
  // Opened when several go on at a time, and from then on as somebody leaves it.
  #open = false;
  #several = false;

  protected override stores(): Store<any>[] {
    return [app.editor, app.runs];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { runs, runId } = app.editor.value;
    const all = runs.flatMap((id) => app.runs.get(id) ?? []);
    if (all.length < 2) return nothing;
    const several = all.filter((run) => !isOver(run.status)).length > 1;
    if (several && !this.#several) this.#open = true;
    this.#several = several;
    return html`<details class="run-list" ?open=${this.#open} @toggle=${(event: Event) => (this.#open = (event.target as HTMLDetailsElement).open)}><summary>${app.t('runlist.title', { count: all.length })}</summary>
      <ul>${all.map((run) => this.#run(run, run.id === runId))}</ul></details>`;
  }

  #run(run: RunState, shown: boolean): TemplateResult {
    const time = run.queued ? clock(run.queued) : '';
    return html`<li><button class="entry" aria-pressed=${shown} @click=${() => this.#show(run.id)}><span class="state state-${run.status}">${icon(run.status)}${app.t(`run.${run.status}`)}</span><span class="quiet">${time}</span></button>
      ${isOver(run.status) ? nothing : html`<button class="small" aria-label=${app.t('runlist.cancel', { time })} title=${app.t('top.cancel')} ?disabled=${run.cancelRequested} @click=${() => void app.cancel(run.id)}>${icon('stop')}</button>`}</li>`;
  }

  #show(id: string): void {
    app.editor.showRun(id);
    app.runs.follow(id);
  }
}

customElements.define('vtx-run-list', RunList);
