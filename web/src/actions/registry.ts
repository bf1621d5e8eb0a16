import type { IconName } from '../components/icons';
import type { MessageKey } from '../i18n';
import type { KeyName } from './keys';
import { page } from './page';

export const SECTIONS = ['graph', 'edit', 'arrange', 'view', 'workflow', 'run', 'go'] as const;
export type Section = (typeof SECTIONS)[number];

/** Something a person can do. Its keys, its place in the list of keys, in the command palette and on the toolbar all come from here. */
export interface Action {
  /** Stable, for the list of what was used lately. */
  readonly id: string;
  readonly label: MessageKey;
  readonly section: Section;
  readonly keys?: readonly KeyName[];
  /** Where the keys work: in the graph (the default), or anywhere on the page; then they hold Ctrl. Actions of the graph need it to be shown. */
  readonly scope?: 'graph' | 'page';
  readonly icon?: IconName;
  /** Whether it can be done now; always, without it. */
  readonly enabled?: () => boolean;
  /** For what is on or off: whether it is on. */
  readonly pressed?: () => boolean;
  /** What is said when its key is pressed while it cannot be done. */
  readonly why?: MessageKey;
  /** False for what makes sense by key only, such as going on with an arrow. */
  readonly inPalette?: boolean;
  /** @param key the one that was pressed, for actions with several */
  readonly run: (key?: KeyName) => unknown;
}

/** All actions. Each part of the studio adds its own when it is loaded. */
export class ActionRegistry {
  readonly #byId = new Map<string, Action>();
  readonly #byKey = new Map<string, Action>();

  /** @throws Error when an id or a key is taken: two actions of one key would be one that nobody reaches. */
  add(...actions: readonly Action[]): void {
    for (const action of actions) {
      if (this.#byId.has(action.id)) throw new Error(`There are two actions '${action.id}'.`);
      for (const key of action.keys ?? []) {
        const other = this.#byKey.get(key);
        if (other) throw new Error(`'${action.id}' and '${other.id}' both want the key ${key}.`);
        this.#byKey.set(key, action);
      }
      this.#byId.set(action.id, action);
    }
  }

  get(id: string): Action {
    const action = this.#byId.get(id);
    if (!action) throw new Error(`There is no action '${id}'.`);
    return action;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** All actions by section, and in the order they were added. */
  all(): Action[] {
    return [...this.#byId.values()].sort((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section));
  }

  byKey(key: KeyName, scope: 'graph' | 'page'): Action | undefined {
    const action = this.#byKey.get(key);
    return action && (action.scope ?? 'graph') === scope ? action : undefined;
  }

  isEnabled(action: Action): boolean {
    return ((action.scope ?? 'graph') === 'page' || page.canvas !== undefined) && (action.enabled?.() ?? true);
  }
}

export const actions = new ActionRegistry();
