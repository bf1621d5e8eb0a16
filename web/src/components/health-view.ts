import { html, nothing, type TemplateResult } from 'lit';
import type { Health } from '../api/operate';
import { app } from '../app';
import type { ViewsKey } from '../i18n/views';
import { icon, type IconName } from './icons';
import { operate, PolledView } from './polled';

const STATUS: Record<string, { icon: IconName; look: string; key: 'health.healthy' | 'health.degraded' | 'health.unhealthy' }> = {
  healthy: { icon: 'succeeded', look: 'succeeded', key: 'health.healthy' },
  degraded: { icon: 'problem', look: 'running', key: 'health.degraded' },
  unhealthy: { icon: 'failed', look: 'failed', key: 'health.unhealthy' },
};
const NAMES: Record<string, ViewsKey> = { store: 'health.store', disk: 'health.disk', runner: 'health.runner' };

/** Whether the server can take work, and what it looked at. */
export class HealthView extends PolledView {
  static override properties = { ...PolledView.properties, health: { state: true } };
  declare health: Health | undefined;

  protected override async read(): Promise<void> {
    this.health = await operate.health();
  }

  protected override render(): TemplateResult {
    const { health } = this;
    // A server that does not answer is not what it was a moment ago.
    if (this.problem) return html`<h1>${app.t('operate.health')}</h1><p class="banner bad" role="status">${icon('failed')}${this.problem}</p>`;
    if (!health) return html`<h1>${app.t('operate.health')}</h1><p class="hint">${app.t('runs.loading')}</p>`;
    const whole = STATUS[health.status] ?? STATUS.unhealthy!;
    return html`<h1>${app.t('operate.health')}</h1><p class="banner ${health.status === 'unhealthy' ? 'bad' : ''}" role="status"><span class="state state-${whole.look}">${icon(whole.icon)}<strong>${app.t(`${whole.key}.all`)}</strong></span></p>
      ${health.checks.length === 0 ? html`<p class="hint">${app.t('health.noChecks')}</p>` : nothing}
      <ul class="checks">${health.checks.map((check) => {
        const one = STATUS[check.status] ?? STATUS.unhealthy!;
        return html`<li><span class="state state-${one.look}">${icon(one.icon)}${app.t(one.key)}</span><strong>${NAMES[check.name] ? app.t(NAMES[check.name]!) : check.name}</strong><span class="quiet">${check.description ?? ''}</span></li>`;
      })}</ul>`;
  }
}

customElements.define('vtx-health-view', HealthView);
