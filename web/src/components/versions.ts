import { html, nothing, type TemplateResult } from 'lit';
import { openVersion, restoreVersion, revert } from '../actions/versions';
import { app } from '../app';
import type { Change, WorkflowSummary } from '../api/types';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import './change-list';

const when = (text: string): string => new Intl.DateTimeFormat(app.settings.value.language, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(text));

/** The versions of the stored workflow that is open, and what is different about each. */
export class Versions extends VtxElement {
  static override properties = { items: { state: true }, shown: { state: true }, from: { state: true }, changes: { state: true } };
  declare items: readonly WorkflowSummary[] | undefined;
  /** The version whose differences are shown; 0 for what is not saved yet. */
  declare shown: number | undefined;
  /** The version it is compared with. */
  declare from: number;
  declare changes: readonly Change[] | undefined;
  #of: string | undefined;

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override updated(): void {
    const { stored } = app.editor.value;
    const key = stored && `${stored.id} ${stored.etag}`;
    if (key === this.#of) return;
    this.#of = key;
    this.shown = undefined;
    this.items = undefined;
    if (stored) void app.api.versions(stored.id).then((items) => this.#of === key && (this.items = items), (failure: unknown) => app.fail(failure));
  }

  protected override render(): TemplateResult {
    const { stored, dirty } = app.editor.value;
    return html`<h2>${app.t('versions.title')}</h2>
      ${stored ? nothing : html`<p class="hint">${app.t('versions.notStored')}</p>`}
      ${stored && dirty ? html`<div class="version"><strong>${app.t('versions.unsaved')}</strong><div class="row">
          <button class="small" aria-expanded=${this.shown === 0} @click=${() => void this.#show(0)}>${app.t('versions.changes')}</button>
          <button class="small" @click=${() => void revert()}>${app.t('versions.revert')}</button></div>${this.#changes(0)}</div>` : nothing}
      ${stored && this.items === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : nothing}
      <ol class="versions">${(stored ? (this.items ?? []) : []).map((one, at) => html`<li class="version">
        <strong>${app.t('workflows.version', { version: one.version })}</strong> <span class="quiet">${when(one.updated_at)}${at === 0 ? ` · ${app.t('versions.newest')}` : ''}</span>
        <div class="row">
          <button class="small" aria-expanded=${this.shown === one.version} aria-label=${app.t('versions.changesOf', { version: one.version })} @click=${() => void this.#show(one.version)}>${app.t('versions.changes')}</button>
          <button class="small" aria-label=${app.t('versions.openOf', { version: one.version })} @click=${() => void openVersion(one)}>${app.t('level.open')}</button>
          ${at === 0 ? nothing : html`<button class="small" aria-label=${app.t('versions.restoreOf', { version: one.version })} @click=${() => void restoreVersion(one.version)}>${app.t('versions.restore')}</button>`}
        </div>${this.#changes(one.version)}</li>`)}</ol>`;
  }

  #changes(version: number): TemplateResult | typeof nothing {
    if (this.shown !== version) return nothing;
    const others = (this.items ?? []).filter((one) => one.version !== version);
    return html`
      ${others.length === 0 ? nothing : html`<label class="since"><span>${app.t('versions.since')}</span><select @change=${(event: Event) => void this.#compare(version, Number((event.target as HTMLSelectElement).value))}>
        ${this.from === 0 ? html`<option value="0" selected>${app.t('versions.beginning')}</option>` : nothing}${others.map((one) => html`<option value=${one.version} ?selected=${one.version === this.from}>${app.t('workflows.version', { version: one.version })}</option>`)}</select></label>`}
      ${this.changes === undefined ? html`<p class="hint">${app.t('runs.loading')}</p>` : html`<vtx-change-list .changes=${this.changes}></vtx-change-list>`}`;
  }

  async #show(version: number): Promise<void> {
    this.shown = this.shown === version ? undefined : version;
    if (this.shown === undefined) return;
    // Each is compared with the one before it; what is not saved yet with the newest.
    await this.#compare(version, version === 0 ? (this.items?.[0]?.version ?? 0) : version - 1);
  }

  async #compare(version: number, from: number): Promise<void> {
    const { stored } = app.editor.value;
    if (!stored) return;
    this.from = from;
    this.changes = undefined;
    try {
      const { changes } = version === 0 ? await app.api.diffSince(stored.id, app.editor.definition(), from || undefined) : await app.api.diffVersions(stored.id, version, from);
      if (this.shown === version && this.from === from) this.changes = changes;
    } catch (failure) {
      this.shown = undefined;
      app.fail(failure);
    }
  }
}

customElements.define('vtx-versions', Versions);
