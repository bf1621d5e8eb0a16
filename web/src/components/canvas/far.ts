import { app } from '../../app';
import type { Box } from '../../core/geometry';
import type { Viewport } from '../../core/viewport';
import type { Gestures } from './gestures';

const dark = matchMedia('(prefers-color-scheme: dark)');
let read = { scheme: '', colours: new Map<string, string>() };

/** What the colours depend on: they are read again when this is another one. */
export const scheme = (): string => `${app.settings.value.theme} ${dark.matches}`;

/** A colour of the style sheet, for painting. Kept, because asking makes the browser work out every style that has changed since. */
export function colour(name: string): string {
  if (read.scheme !== scheme()) read = { scheme: scheme(), colours: new Map() };
  let found = read.colours.get(name);
  if (!found) read.colours.set(name, (found = getComputedStyle(document.documentElement).getPropertyValue(name).trim()));
  return found;
}

/** The fill of a node by what it does in the run, as the cards' frames have it. */
export function stateFills(): (status: string | undefined) => string {
  const fills: Record<string, string> = { running: colour('--busy'), failed: colour('--bad'), succeeded: colour('--good'), cached: colour('--cached') };
  const plain = colour('--node-far');
  return (status) => fills[status ?? ''] || plain;
}

/** Gives a canvas as many pixels as the screen has there. @returns its context, and how many pixels a CSS pixel has. */
export function pixels(canvas: HTMLCanvasElement, width: number, height: number): { paint: CanvasRenderingContext2D; scale: number } | undefined {
  const scale = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const paint = canvas.getContext('2d');
  if (!paint) return undefined;
  paint.setTransform(1, 0, 0, 1, 0, 0);
  paint.clearRect(0, 0, wide, high);
  return { paint, scale };
}

/** Many nodes at a zoom where nothing can be read: boxes and straight wires on one canvas instead of elements. */
export function paintFar(canvas: HTMLCanvasElement, viewport: Viewport, view: Box, gestures: Gestures): void {
  const surface = pixels(canvas, viewport.width, viewport.height);
  if (!surface) return;
  const { paint, scale } = surface;
  paint.setTransform(viewport.zoom * scale, 0, 0, viewport.zoom * scale, viewport.x * scale, viewport.y * scale);
  const { geometry, document: graph, selection, focus, focusedNote } = app.editor.value;
  const run = app.currentRun();
  paint.lineWidth = 1 / viewport.zoom;
  paint.strokeStyle = colour('--wire');
  paint.beginPath();
  for (const edge of graph.edges.values()) {
    const ends = geometry.ends(edge, gestures.offset);
    if (!ends) continue;
    paint.moveTo(ends.from.x, ends.from.y);
    paint.lineTo(ends.to.x, ends.to.y);
  }
  paint.stroke();
  const fill = stateFills();
  const focused = colour('--focus');
  for (const id of gestures.within(view)) {
    const box = geometry.box(id)!;
    const moved = gestures.offset(id);
    paint.fillStyle = fill(run?.nodes.get(id)?.status);
    paint.fillRect(box.x + moved.x, box.y + moved.y, box.width, box.height);
    if (selection.has(id) || (focus === id && focusedNote === undefined)) {
      paint.strokeStyle = focused;
      paint.lineWidth = 3 / viewport.zoom;
      paint.strokeRect(box.x + moved.x, box.y + moved.y, box.width, box.height);
    }
  }
}
