import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Queue, QueueItem, Runner } from '../api/operate';
import { app } from '../app';
import { moveTarget, waitsFor } from '../core/queue';
import { when } from '../format';
import { duration } from '../i18n';
import type { Store } from '../stores/store';
import { icon } from './icons';
import { operate, PolledView } from './polled';

/** The queue: what is at work, what waits and for what. Its order is changed by buttons or by dragging. */
export class QueueView extends PolledView {
  static override properties = { ...PolledView.properties, queue: { state: true }, runners: { state: true }, dragged: { state: true }, over: { state: true } };
  declare queue: Queue | undefined;
  declare runners: readonly Runner[] | undefined;
  declare dragged: string | undefined;
  declare over: string | undefined;
  #focus: string | undefined;

  protected override stores(): Store<any>[] {
    return [app.runs];
  }

  protected override async read(): Promise<void> {
    const [queue, runners] = await Promise.all([operate.queue(), operate.runners()]);
    if (this.dragged === undefined) [this.queue, this.runners] = [queue, runners];
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.#focus === undefined) return;
    // The entry went to another place with the focus in it.
    const row = this.querySelector<HTMLElement>(`[data-run="${this.#focus}"]`);
    this.#focus = undefined;
    const button = row?.querySelector<HTMLElement>('button.kept:not(:disabled)') ?? row?.querySelector<HTMLElement>('button:not(:disabled)');
    button?.focus();
    button?.classList.remove('kept');
  }

  protected override render(): TemplateResult {
    const { queue } = this;
    return html`<div class="operate-head"><h1>${app.t('operate.queue')}</h1>
      ${queue ? html`<button @click=${() => void this.#ask(queue.paused ? operate.resume : operate.pause, queue.paused ? 'queue.resumed' : 'queue.pausedNow')}>${icon(queue.paused ? 'play' : 'pause')}${app.t(queue.paused ? 'queue.resume' : 'queue.pause')}</button>` : nothing}</div>
      ${this.problem ? html`<p class="wrong" role="status">${this.problem}</p>` : nothing}
      ${queue?.paused ? html`<p class="banner">${icon('pause')}${app.t('queue.isPaused')}</p>` : nothing}
      ${queue === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : queue.items.length === 0 ? html`<p class="hint">${app.t('queue.none')}</p>` : html`
        <p class="quiet">${app.t(queue.items.length === 1 ? 'queue.one' : 'queue.many', { count: queue.items.length })}${queue.lag_ms > 0 ? ` ${app.t('queue.lag', { time: duration(app.settings.value.language, queue.lag_ms) })}` : ''}</p>
        <ol class="queue">${repeat(queue.items, (item) => item.run_id, (item) => this.#row(queue, item))}</ol>`}`;
  }

  #row(queue: Queue, item: QueueItem): TemplateResult {
    const waiting = (item.queue_position ?? null) !== null;
    const name = item.workflow_name || item.run_id;
    const why = waitsFor(queue, item, this.runners);
    const move = (step: -1 | 1) => (event: Event): void => {
      (event.currentTarget as Element).classList.add('kept');
      void this.#move(item, name, step);
    };
    const canceling = app.runs.get(item.run_id)?.cancelRequested === true;
    return html`<li data-run=${item.run_id} class=${this.over === item.run_id ? 'over' : ''} draggable=${waiting ? 'true' : 'false'}
        @dragstart=${(event: DragEvent) => this.#drag(event, item)} @dragend=${() => (this.dragged = this.over = undefined)}
        @dragover=${(event: DragEvent) => this.#over(event, item, waiting)} @dragleave=${() => (this.over = undefined)} @drop=${(event: DragEvent) => this.#drop(event, item)}>
      <span class="queue-place" aria-label=${waiting ? app.t('queue.position', { position: item.queue_position! }) : app.t('queue.atWork')}>${waiting ? item.queue_position : icon('running')}</span>
      <div class="queue-about"><a href="#/runs/${item.run_id}"><strong>${name}</strong></a>
        <span class="quiet">${app.t('queue.since', { time: when(app.settings.value.language, item.created_at) })}${item.priority === 0 ? '' : `, ${app.t('queue.priority', { priority: item.priority })}`}</span>
        <span class="queue-why">${why ? app.t(why.key, { count: why.count }) : app.t('queue.worker', { runner: item.worker_id ?? '' })}${why?.reason ? html` <span class="quiet">${why.reason}</span>` : nothing}${waiting && item.eta ? ` ${app.t('queue.eta', { time: when(app.settings.value.language, item.eta) })}` : ''}</span></div>
      <div class="queue-tools">
        ${waiting ? html`<button class="quiet-button" aria-label=${app.t('queue.up', { name })} title=${app.t('queue.up', { name })} ?disabled=${moveTarget(queue.items, item.run_id, -1) === null} @click=${move(-1)}>${icon('up')}</button>
        <button class="quiet-button" aria-label=${app.t('queue.down', { name })} title=${app.t('queue.down', { name })} ?disabled=${moveTarget(queue.items, item.run_id, 1) === null} @click=${move(1)}>${icon('down')}</button>` : nothing}
        <button class="small" aria-label=${app.t('queue.cancel', { name })} ?disabled=${canceling} @click=${() => void this.#cancel(item)}>${icon('stop')}${app.t(canceling ? 'top.canceling' : 'top.cancel')}</button></div></li>`;
  }

  async #cancel(item: QueueItem): Promise<void> {
    if (!app.runs.get(item.run_id)) app.runs.follow(item.run_id);
    await app.cancel(item.run_id);
    await this.again();
  }

  async #move(item: QueueItem, name: string, step: -1 | 1): Promise<void> {
    const before = moveTarget(this.queue!.items, item.run_id, step);
    if (before === null) return;
    this.#focus = item.run_id;
    await this.#ask(() => operate.reorder(item.run_id, before), 'queue.moved', name, item.run_id);
  }

  async #ask(what: () => Promise<Queue>, say: Parameters<typeof app.say>[0], name = '', run?: string): Promise<void> {
    try {
      this.queue = await what();
      app.say(say, { name, position: this.queue.items.find((one) => one.run_id === run)?.queue_position ?? 0 });
    } catch (failure) {
      app.fail(failure);
      await this.again();
    }
  }

  #drag(event: DragEvent, item: QueueItem): void {
    this.dragged = item.run_id;
    event.dataTransfer?.setData('text/plain', item.run_id);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  }

  #over(event: DragEvent, item: QueueItem, waiting: boolean): void {
    if (!waiting || this.dragged === undefined || this.dragged === item.run_id) return;
    event.preventDefault();
    this.over = item.run_id;
  }

  #drop(event: DragEvent, item: QueueItem): void {
    const run = this.dragged;
    [this.dragged, this.over] = [undefined, undefined];
    if (run === undefined || run === item.run_id) return;
    event.preventDefault();
    event.stopPropagation();
    const ids = this.queue!.items.map((one) => one.run_id);
    // Dragged down it takes the place behind, dragged up the place before.
    const down = ids.indexOf(run) < ids.indexOf(item.run_id);
    const before = down ? this.queue!.items.filter((one) => (one.queue_position ?? null) !== null)[(item.queue_position ?? 0)]?.run_id : item.run_id;
    const name = this.queue!.items.find((one) => one.run_id === run)?.workflow_name || run;
    void this.#ask(() => operate.reorder(run, before), 'queue.moved', name, run);
  }
}

customElements.define('vtx-queue-view', QueueView);
