import type { GraphCanvas } from '../components/graph-canvas';

/** What actions need of the page around them. The shell and the canvas put themselves here while they are shown. */
export const page: { shell: HTMLElement | undefined; canvas: GraphCanvas | undefined } = { shell: undefined, canvas: undefined };

/** Asks the page for something it has: a dialog, a list, another place. */
export function ask(name: string, detail?: unknown): void {
  page.shell?.dispatchEvent(new CustomEvent(name, { detail }));
}
