import { html, nothing, type TemplateResult } from 'lit';
import { app } from '../app';
import type { Change } from '../api/types';
import { VtxElement } from './base';

const MOST = 200;
const LONGEST = 80;
const MODES: Record<string, 'mode.active' | 'node.muted' | 'node.bypassed'> = { Active: 'mode.active', Muted: 'node.muted', Bypassed: 'node.bypassed' };

/** A value as a line shows it: texts without their quotes, long ones cut. */
function short(value: string | null | undefined): string {
  if (value === null || value === undefined) return app.t('diff.nothing');
  const text = /^".*"$/s.test(value) ? (JSON.parse(value) as string) : value;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text === '' ? '“”' : text;
}

/** A difference in words: "KSampler: steps 20 → 30". */
export function changeText(change: Change): string {
  const values = {
    node: change.node?.name ?? '',
    port: change.port ?? '',
    source: change.source?.name ?? '',
    output: change.source_port ?? '',
    subgraph: change.subgraph?.name ?? '',
    before: change.kind === 'mode_changed' ? app.t(MODES[change.before ?? ''] ?? 'mode.active') : short(change.before),
    after: change.kind === 'mode_changed' ? app.t(MODES[change.after ?? ''] ?? 'mode.active') : short(change.after),
  };
  const line = app.t(`diff.${change.kind}`, values);
  const isGraph = change.kind.startsWith('subgraph_');
  return change.subgraph && !isGraph ? app.t('diff.inside', { subgraph: change.subgraph.name, line }) : line;
}

/** What changed between two documents, one line each; what changes no result is folded away. */
export class ChangeList extends VtxElement {
  static override properties = { changes: { attribute: false } };
  declare changes: readonly Change[];

  protected override render(): TemplateResult {
    if (this.changes.length === 0) return html`<p class="hint">${app.t('diff.none')}</p>`;
    const [real, looks] = [this.changes.filter((one) => one.changes_results), this.changes.filter((one) => !one.changes_results)];
    return html`${this.#list(real)}${looks.length === 0 ? nothing : html`<details ?open=${real.length === 0}><summary>${app.t('diff.looks', { count: looks.length })}</summary>${this.#list(looks)}</details>`}`;
  }

  #list(changes: readonly Change[]): TemplateResult {
    return html`<ul class="changes">${changes.slice(0, MOST).map((one) => html`<li class="change-${one.kind.replace(/.*_/, '')}">${changeText(one)}</li>`)}${changes.length > MOST ? html`<li class="quiet">${app.t('diff.more', { count: changes.length - MOST })}</li>` : nothing}</ul>`;
  }
}

customElements.define('vtx-change-list', ChangeList);
