import { Store } from './store';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'de';

export interface Settings {
  readonly theme: Theme;
  readonly language: Language;
  /** Whether the small map of the graph is shown. */
  readonly minimap: boolean;
}

const KEY = 'vortex.settings';

/** What a person chose for this browser. Unreadable storage means the defaults. */
export class SettingsStore extends Store<Settings> {
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
    preferred: readonly string[] = [],
  ) {
    super({ theme: 'system', minimap: true, language: preferred.find((one) => /^(en|de)\b/.test(one))?.startsWith('de') ? 'de' : 'en' });
    try {
      const kept = JSON.parse(storage?.getItem(KEY) ?? '{}') as Partial<Settings>;
      this.update({
        ...(kept.theme === 'light' || kept.theme === 'dark' ? { theme: kept.theme } : {}),
        ...(kept.language === 'en' || kept.language === 'de' ? { language: kept.language } : {}),
        ...(typeof kept.minimap === 'boolean' ? { minimap: kept.minimap } : {}),
      });
    } catch {
      // Somebody else's text under our key.
    }
  }

  choose(changes: Partial<Settings>): void {
    this.update(changes);
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.value));
    } catch {
      // A full or forbidden storage: the choice holds until the page is closed.
    }
  }
}
