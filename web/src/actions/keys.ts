/** A key with what is held down, as actions name it: `A`, `Shift+S`, `Ctrl+Shift+Z`, `Alt+ArrowLeft`, `?`. Ctrl stands for Command on a Mac. */
export type KeyName = string;

type KeyLike = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & { getModifierState?: (name: string) => boolean };

const LETTER = /^\p{L}$/u;

/** The name of what was pressed. Shift counts with letters and named keys only: `?` is `?` on every keyboard. */
export function keyOf(event: KeyLike): KeyName {
  // Some systems tell AltGr as Ctrl and Alt; brackets are typed with it on many keyboards. With arrows it is plain Alt: on a Mac, Option counts as AltGr.
  const altGraph = event.key.length === 1 && (event.getModifierState?.('AltGraph') ?? false);
  const letter = LETTER.test(event.key);
  return [
    !altGraph && (event.ctrlKey || event.metaKey) ? 'Ctrl' : '',
    !altGraph && event.altKey ? 'Alt' : '',
    event.shiftKey && (letter || event.key.length > 1) ? 'Shift' : '',
    event.key === ' ' ? 'Space' : letter ? event.key.toUpperCase() : event.key,
  ].filter(Boolean).join('+');
}

const SHOWN: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', '-': '−' };
const MAC: Record<string, string> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** A key as people read it. */
export function keyText(key: KeyName, mac = false): string {
  const parts = key === '+' ? ['+'] : key.split('+');
  return parts.map((part) => (mac ? MAC[part] : undefined) ?? SHOWN[part] ?? part).join(' ');
}

/** A key as `aria-keyshortcuts` names it. */
export const ariaKey = (key: KeyName): string => (key === '+' ? 'plus' : key.replace(/^Ctrl/, 'Control'));

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);
