import { app } from '../app';
import { perform } from '../actions';
import { goToNote } from '../actions/annotations';
import { goTo } from '../actions/basic';
import { isMac, keyText } from '../actions/keys';
import { page } from '../actions/page';
import { actions, type Action } from '../actions/registry';
import { annotations } from '../core/annotations';
import { fuzzy } from '../core/fuzzy';
import { annotationName } from './canvas/annotation-layer';
import { Palette, type Choice } from './palette';

const KEY = 'vortex.recent';
const MOST_RECENT = 8;
/** Something used lately comes before something that answers the words a little better. */
const LATELY = 12;

/** The ids of actions used lately, newest first; kept in the browser. */
export class Recent {
  #ids: string[];

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    this.#ids = [];
    try {
      const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
      if (Array.isArray(kept)) this.#ids = kept.filter((one): one is string => typeof one === 'string').slice(0, MOST_RECENT);
    } catch {
      // Somebody else's text under our key.
    }
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  use(id: string): void {
    this.#ids = [id, ...this.#ids.filter((one) => one !== id)].slice(0, MOST_RECENT);
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.#ids));
    } catch {
      // A full or forbidden storage: the order holds until the page is closed.
    }
  }
}

/** The actions that answer some words, best first; without words those used lately, then all. */
export function findActions(query: string, recent: readonly string[], name: (action: Action) => string): Action[] {
  const found: { action: Action; score: number }[] = [];
  for (const action of actions.all()) {
    if (action.inPalette === false || !actions.isEnabled(action)) continue;
    const score = fuzzy(query, name(action));
    const at = recent.indexOf(action.id);
    if (score !== undefined) found.push({ action, score: score + (at < 0 ? 0 : LATELY - at) });
  }
  return found.sort((a, b) => b.score - a.score).map((one) => one.action);
}

/** Everything that can be done, by typing what it is called; and every node, to go to it. */
export class CommandPalette extends Palette {
  readonly #recent = new Recent(app.storage);

  constructor() {
    super();
    this.hint = 'commands.search';
    this.none = 'commands.none';
  }

  open(): void {
    this.heading = app.t('commands.title');
    this.search = (query) => [...this.#actions(query), ...this.#nodes(query)];
  }

  #actions(query: string): Choice[] {
    const recent = this.#recent.ids;
    const mac = isMac();
    return findActions(query, recent, (action) => `${app.t(action.label)} ${app.t(`section.${action.section}`)}`).map((action) => ({
      title: app.t(action.label),
      detail: [app.t(`section.${action.section}`), !query && recent.includes(action.id) ? app.t('commands.recent') : '', action.keys?.[0] ? keyText(action.keys[0], mac) : ''].filter(Boolean).join(' · '),
      choose: () => {
        this.#recent.use(action.id);
        perform(action);
      },
    }));
  }

  /** Nodes, groups and notes are found by their names once somebody types. */
  #nodes(query: string): Choice[] {
    if (!query.trim() || !page.canvas) return [];
    const found: { title: string; detail: string; go: () => void; score: number }[] = [];
    const put = (title: string, detail: string, go: () => void): void => {
      const score = fuzzy(query, title);
      if (score !== undefined) found.push({ title, detail, go, score });
    };
    const { document: graph } = app.editor.value;
    for (const id of graph.nodes.keys()) put(app.nodeName(id), `${app.t('commands.node')} ${id}`, () => goTo(id));
    for (const one of annotations(graph)) put(annotationName(one), app.t(one.kind === 'group' ? 'group.role' : 'note.role'), () => goToNote(one.id));
    return found.sort((a, b) => b.score - a.score).map(({ title, detail, go }) => ({
      title,
      detail,
      choose: () => {
        go();
        page.canvas?.focus();
      },
    }));
  }
}

customElements.define('vtx-command-palette', CommandPalette);
