import { html, nothing, type TemplateResult } from 'lit';
import type { Runner } from '../api/operate';
import { app } from '../app';
import { bytes, when } from '../format';
import { icon, type IconName } from './icons';
import { operate, PolledView } from './polled';

const STATUS: Record<string, { icon: IconName; look: string; key: 'runners.working' | 'runners.starting' | 'runners.cut' | 'runners.draining' | 'runners.stopped' | 'runners.silent' }> = {
  working: { icon: 'succeeded', look: 'succeeded', key: 'runners.working' },
  starting: { icon: 'waiting', look: 'waiting', key: 'runners.starting' },
  cut: { icon: 'problem', look: 'failed', key: 'runners.cut' },
  draining: { icon: 'stop', look: 'waiting', key: 'runners.draining' },
  stopped: { icon: 'skipped', look: 'waiting', key: 'runners.stopped' },
  silent: { icon: 'problem', look: 'failed', key: 'runners.silent' },
};

/** The runners: what they offer, what they hold, when they were last heard of. */
export class RunnersView extends PolledView {
  static override properties = { ...PolledView.properties, runners: { state: true } };
  declare runners: readonly Runner[] | undefined;

  protected override async read(): Promise<void> {
    this.runners = await operate.runners();
  }

  protected override render(): TemplateResult {
    return html`<h1>${app.t('operate.runners')}</h1>
      ${this.problem ? html`<p class="wrong" role="status">${this.problem}</p>` : nothing}
      ${this.runners === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : this.runners.length === 0 ? html`<p class="hint">${app.t('runners.none')}</p>` : nothing}
      <ul class="runners">${(this.runners ?? []).map((runner) => this.#runner(runner))}</ul>`;
  }

  #runner(runner: Runner): TemplateResult {
    const status = STATUS[runner.status] ?? STATUS.working!;
    const { language } = app.settings.value;
    return html`<li class="runner"><div class="runner-head"><h2>${runner.runner_id}</h2><span class="state state-${status.look}">${icon(status.icon)}${app.t(status.key)}</span></div>
      <p class="runner-load"><progress max=${runner.batches_at_once} value=${runner.batches} aria-label=${app.t('runners.load', { held: runner.batches, most: runner.batches_at_once })}></progress><span>${app.t('runners.load', { held: runner.batches, most: runner.batches_at_once })}</span></p>
      <dl class="facts">
        <div><dt>${app.t('runners.backend')}</dt><dd>${runner.backend}</dd></div>
        <div><dt>${app.t('runners.memory')}</dt><dd>${bytes(language, runner.memory_bytes)}</dd></div>
        <div><dt>${app.t('runners.packs')}</dt><dd>${runner.packs.join(', ')}</dd></div>
        <div><dt>${app.t('runners.seen')}</dt><dd>${when(language, runner.last_seen_at)}</dd></div>
        <div><dt>${app.t('runners.started')}</dt><dd>${when(language, runner.started_at)}</dd></div>
        ${runner.run_ids.length > 0 ? html`<div><dt>${app.t('runners.runs')}</dt><dd>${runner.run_ids.map((run) => html`<a href="#/runs/${run}">${app.runs.get(run)?.name || run}</a> `)}</dd></div>` : nothing}
      </dl></li>`;
  }
}

customElements.define('vtx-runners-view', RunnersView);
