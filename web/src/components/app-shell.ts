import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { performKey } from '../actions';
import { isMac, keyText } from '../actions/keys';
import { goToNote } from '../actions/annotations';
import { page, type PaletteRequest } from '../actions/page';
import { actions, SECTIONS } from '../actions/registry';
import { app } from '../app';
import { usableGraphs } from '../actions/subgraphs';
import { graphType, searchTypes, type Catalog } from '../core/catalog';
import { graphOf } from '../core/document';
import { route, type Route } from '../routes';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import type { CommandPalette } from './command-palette';
import { dialogFrame } from './dialog';
import type { GraphCanvas } from './graph-canvas';
import { icon } from './icons';
import { connections } from './inspector';
import { pageContent } from './pages';
import type { Choice } from './palette';
import './command-palette';
import './graph-canvas';
import './left-rail';
import './levels';
import './list-views';
import './palette';
import './panel';
import './top-bar';

/** The page: bar, rail, the view the address names, and the dialogs over it. */
export class AppShell extends VtxElement {
  static override properties = { hash: { state: true }, palette: { state: true }, dropping: { state: true } };
  declare hash: string;
  declare palette: { heading: string; search: (query: string) => readonly Choice[] } | undefined;
  declare dropping: boolean;

  constructor() {
    super();
    this.hash = location.hash || '#/';
    this.dropping = false;
    addEventListener('hashchange', () => (this.hash = location.hash || '#/'));
    addEventListener('keydown', (event) => this.#globalKey(event));
    page.shell = this;
  }

  protected override stores(): Store<any>[] {
    return [app.editor, app.view];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('vtx-palette', (event) => this.#askNode((event as CustomEvent<PaletteRequest>).detail));
    this.addEventListener('vtx-ports', (event) => this.#askPort((event as CustomEvent<{ node: string; port: string; side: 'input' | 'output'; type: string }>).detail));
    this.addEventListener('vtx-choose', (event) => this.#choose((event as CustomEvent<{ heading: string; all: readonly Choice[] }>).detail));
    this.addEventListener('vtx-connect', () => this.#askOutput());
    this.addEventListener('vtx-inspect', (event) => void (!(event as CustomEvent<{ values?: boolean }>).detail?.values && app.editor.value.focusedNote === undefined && app.enter(app.editor.value.focus) ? this.#canvas?.focus() : this.#inspect()));
    this.addEventListener('vtx-jump', (event) => this.#jump((event as CustomEvent<string>).detail));
    this.addEventListener('vtx-jump-note', (event) => {
      goToNote((event as CustomEvent<string>).detail);
      this.#canvas?.focus();
    });
    this.addEventListener('vtx-help', () => this.#help());
    this.addEventListener('vtx-commands', () => this.querySelector<CommandPalette>('vtx-command-palette')!.open());
    this.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.dropping = true;
    });
    this.addEventListener('dragleave', (event) => void (event.relatedTarget === null && (this.dropping = false)));
    this.addEventListener('drop', (event) => {
      event.preventDefault();
      this.dropping = false;
      const file = event.dataTransfer?.files[0];
      if (file) void app.openFile(file, this.#canvas?.graphPoint(event));
    });
  }

  get #canvas(): GraphCanvas | null {
    return this.querySelector('vtx-graph-canvas');
  }

  #heading(where: Route): string {
    switch (where.view) {
      case 'editor':
        return app.editor.value.root.name || app.t('top.untitled');
      case 'batches':
        return app.t('batch.title');
      case 'artifact':
        return app.t('detail.title');
      case 'compare':
        return app.t('compare.title');
      case 'operate':
        return app.t(`operate.${where.part}`);
      default:
        return app.t(`nav.${where.view}`);
    }
  }

  protected override updated(changed: PropertyValues): void {
    const { theme, language } = app.settings.value;
    const root = document.documentElement;
    root.lang = language;
    if (theme === 'system') root.removeAttribute('data-theme');
    else root.dataset.theme = theme;
    document.title = `${this.#heading(route(this.hash))} – ${app.t('app.name')}`;
    // Who followed a link from one view to another goes on in the new one.
    if (changed.has('hash') && changed.get('hash') !== undefined && (document.activeElement === document.body || document.activeElement === null)) this.querySelector<HTMLElement>('main.page')?.focus();
  }

  protected override render(): TemplateResult {
    const { notice, said } = app.view.value;
    const where = route(this.hash);
    const { view } = where;
    return html`
      <a class="skip" href="#main" @click=${(event: Event) => this.#skip(event, view)}>${app.t('skip.canvas')}</a>
      <vtx-left-rail .view=${view}></vtx-left-rail>
      <vtx-top-bar .view=${view}></vtx-top-bar>
      ${view === 'editor' ? html`<main id="main" class="editor" tabindex="-1"><h1 class="out-of-sight">${app.editor.value.root.name || app.t('top.untitled')}</h1><vtx-graph-canvas></vtx-graph-canvas><vtx-breadcrumbs></vtx-breadcrumbs><vtx-panel></vtx-panel></main>` : nothing}
      ${view === 'editor' ? nothing : html`<main id="main" class=${view === 'batches' ? 'page wide' : 'page'} tabindex="-1">${pageContent(where)}</main>`}
      ${notice ? html`<section class="notice ${notice.bad ? 'bad' : ''}" aria-label=${app.t('notice.label')}><span>${notice.text}</span><button class="quiet-button" aria-label=${app.t('dialog.close')} @click=${() => app.hideNotice()}>${icon('close')}</button></section>` : nothing}
      ${this.dropping ? html`<div class="drop">${app.t('canvas.drop')}</div>` : nothing}
      <div class="out-of-sight" role="status" aria-live="polite">${said.text}</div>
      <vtx-palette .heading=${this.palette?.heading ?? ''} .search=${this.palette?.search} @vtx-closed=${() => this.#paletteClosed()}></vtx-palette>
      <vtx-command-palette @vtx-closed=${() => this.#paletteClosed()}></vtx-command-palette>
      <div class="help">${dialogFrame(app.t('keys.title'), () => undefined, this.#keys())}</div>`;
  }

  /** Every key, from the actions themselves. */
  #keys(): TemplateResult {
    const mac = isMac();
    return html`<div class="keys" role="region" tabindex="0" aria-label=${app.t('keys.title')}>${SECTIONS.map((section) => {
      const all = actions.all().filter((action) => action.section === section && action.keys);
      return all.length === 0 ? nothing : html`<h3>${app.t(`section.${section}`)}</h3><dl>${all.map(({ keys, label }) => html`<div><dt>${keys!.map((key) => keyText(key, mac)).join(', ')}</dt><dd>${app.t(label)}</dd></div>`)}</dl>`;
    })}</div>`;
  }

  #skip(event: Event, view: string): void {
    event.preventDefault();
    if (view === 'editor') this.#canvas?.focus();
    else this.querySelector<HTMLElement>('main')?.focus();
  }

  #askNode({ at, wire }: PaletteRequest): void {
    this.palette = {
      heading: wire ? app.t('palette.fitting', { type: wire.type }) : app.t('palette.title'),
      search: (query) => searchTypes(this.#offered(), query, wire).map((type) => ({
        title: type.display_name,
        detail: graphOf(type.name) === undefined ? [type.name === type.display_name ? '' : type.name, type.category].filter(Boolean).join(' · ') : app.t('level.palette'),
        choose: () => {
          const id = app.editor.addNode(type, at, wire);
          this.#canvas?.reveal(id);
          app.say('say.added', { name: type.display_name });
        },
      })),
    };
  }

  /** Node types, and the workflow's own subgraphs. */
  #offered(): Catalog {
    const { catalog, root } = app.editor.value;
    return new Map([...catalog, ...usableGraphs().flatMap(({ id }) => graphType(catalog, root, id) ?? []).map((type) => [type.name, type] as const)]);
  }

  #askPort({ node, port, side }: { node: string; port: string; side: 'input' | 'output' }): void {
    const all = connections(node, port, side);
    this.#choose({ heading: app.t('palette.connect', { port }), all });
  }

  #choose({ heading, all }: { heading: string; all: readonly Choice[] }): void {
    this.palette = { heading, search: (query) => all.filter((one) => `${one.title} ${one.detail}`.toLowerCase().includes(query.toLowerCase())) };
  }

  /** By key: the ports that any output of the focused node may be joined to. */
  #askOutput(): void {
    const { focus, geometry } = app.editor.value;
    const outputs = focus === undefined ? [] : (geometry.shape(focus)?.type.outputs ?? []);
    if (focus === undefined || outputs.length === 0) return app.warn('palette.noneFitting');
    const all = outputs.flatMap((output) => connections(focus, output.name, 'output').map((one) => ({ ...one, title: outputs.length > 1 ? `${output.name} → ${one.title}` : one.title })));
    this.#choose({ heading: app.t('palette.connect', { port: app.nodeName(focus) }), all });
  }

  #paletteClosed(): void {
    this.palette = undefined;
    // After a choice the graph goes on where it was.
    if (document.activeElement === document.body || document.activeElement === null) this.#canvas?.focus();
  }

  #inspect(): void {
    app.view.update({ tab: 'inspector' });
    requestAnimationFrame(() => {
      const field = this.querySelector<HTMLInputElement | HTMLTextAreaElement>('#annotation-text');
      if (field) field.select();
      (field ?? this.querySelector<HTMLElement>('vtx-inspector .field:nth-of-type(n+3) :is(input, select, textarea), vtx-inspector input'))?.focus();
    });
  }

  #jump(place: string): void {
    const node = app.editor.node(place) ? place : app.show(place);
    if (node === undefined) return;
    app.editor.select([node], node);
    // A level that was just entered is drawn first.
    requestAnimationFrame(() => this.#canvas?.reveal(node));
    this.#canvas?.focus();
  }

  #help(): void {
    this.querySelector<HTMLDialogElement>('.help dialog')?.showModal();
  }

  #globalKey(event: KeyboardEvent): void {
    // A dialog has the keyboard to itself.
    if (document.querySelector('dialog[open]')) return;
    if (performKey(event, 'page')) return;
    if (event.key === 'Escape' && (event.target as Element).closest?.('.panel')) {
      event.preventDefault();
      this.#canvas?.focus();
    }
  }
}

customElements.define('vtx-app-shell', AppShell);
