import type { Box, Point } from '../core/geometry';
import type { Viewport } from '../core/viewport';

/** One end of a wire that is being drawn. */
export interface WireEnd {
  readonly node: string;
  readonly port: string;
  readonly type: string;
  readonly side: 'input' | 'output';
}

/** What the palette is asked for by a wire dropped on nothing, or by a key. */
export interface PaletteRequest {
  readonly at: Point;
  readonly wire?: WireEnd;
}

/** What actions ask of the canvas. */
export interface CanvasHandle {
  readonly viewport: Viewport;
  centre(): Point;
  centreOn(point: Point): void;
  fit(): void;
  focus(): void;
  zoomBy(factor: number): void;
  /** Moves the view until a node is in it. */
  reveal(node: string): void;
  revealBox(box: Box): void;
  /** Lists node types, to add one; in the middle, where nothing else is said. */
  askPalette(request?: PaletteRequest): void;
}

/** What actions need of the page around them. The shell and the canvas put themselves here while they are shown. */
export const page: { shell: HTMLElement | undefined; canvas: CanvasHandle | undefined } = { shell: undefined, canvas: undefined };

/** Asks the page for something it has: a dialog, a list, another place. */
export function ask(name: string, detail?: unknown): void {
  page.shell?.dispatchEvent(new CustomEvent(name, { detail }));
}
