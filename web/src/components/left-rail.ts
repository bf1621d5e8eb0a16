import { html, nothing, type TemplateResult } from 'lit';
import { actions } from '../actions/registry';
import { app } from '../app';
import { OPERATE } from '../routes';
import { VtxElement } from './base';
import { icon, type IconName } from './icons';

const VIEWS: readonly { readonly name: IconName & ('editor' | 'workflows' | 'runs' | 'gallery' | 'operate'); readonly hash: string }[] = [
  { name: 'editor', hash: '#/' },
  { name: 'workflows', hash: '#/workflows' },
  { name: 'runs', hash: '#/runs' },
  { name: 'gallery', hash: '#/gallery' },
  { name: 'operate', hash: '#/operate/queue' },
];
actions.add(...VIEWS.map(({ name, hash }) => ({ id: `go.${name}`, label: `nav.${name}` as const, section: 'go' as const, scope: 'page' as const, icon: name, run: () => (location.hash = hash) })));
actions.add(...OPERATE.slice(1).map((part) => ({ id: `go.${part}`, label: `operate.${part}` as const, section: 'go' as const, scope: 'page' as const, icon: 'operate' as const, run: () => (location.hash = `#/operate/${part}`) })));

/** The way to every view. */
export class LeftRail extends VtxElement {
  static override properties = { view: { attribute: false } };
  /** The view that is shown. */
  declare view: string;

  protected override render(): TemplateResult {
    const current = this.view === 'artifact' || this.view === 'compare' ? 'gallery' : this.view;
    return html`<nav class="rail" aria-label=${app.t('nav.label')}>${VIEWS.map(({ name, hash }) => html`<a href=${hash} aria-current=${name === current ? 'page' : nothing}>${icon(name)}<span>${app.t(`nav.${name}`)}</span></a>`)}</nav>`;
  }
}

customElements.define('vtx-left-rail', LeftRail);
