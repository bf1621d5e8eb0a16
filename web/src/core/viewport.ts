import type { Box, Point } from './geometry';

export const MIN_ZOOM = 0.08;
export const MAX_ZOOM = 2;
/** Below this zoom nodes can no longer be read. */
export const FAR_ZOOM = 0.35;

/** What part of the graph the screen shows: a graph point p is at `p * zoom + (x, y)` on the screen, in pixels. */
export class Viewport {
  x = 40;
  y = 40;
  zoom = 1;
  width = 0;
  height = 0;

  /** Whether there is anything to draw on yet. */
  get isEmpty(): boolean {
    return this.width === 0 || this.height === 0;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  /** Takes the place and zoom of an earlier time. */
  show(view: { readonly x: number; readonly y: number; readonly zoom: number }): void {
    [this.x, this.y, this.zoom] = [view.x, view.y, view.zoom];
  }

  toGraph(point: Point): Point {
    return { x: (point.x - this.x) / this.zoom, y: (point.y - this.y) / this.zoom };
  }

  /** The middle of what is seen, in graph units. */
  centre(): Point {
    return this.toGraph({ x: this.width / 2, y: this.height / 2 });
  }

  /** What is seen and `margin` pixels around it, in graph units. */
  view(margin = 0): Box {
    return { ...this.toGraph({ x: -margin, y: -margin }), width: (this.width + margin * 2) / this.zoom, height: (this.height + margin * 2) / this.zoom };
  }

  panBy(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
  }

  /** Zooms with a point of the screen staying where it is. */
  zoomBy(factor: number, at: Point = { x: this.width / 2, y: this.height / 2 }): void {
    const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, this.zoom * factor));
    this.x = at.x - ((at.x - this.x) * zoom) / this.zoom;
    this.y = at.y - ((at.y - this.y) * zoom) / this.zoom;
    this.zoom = zoom;
  }

  /** Follows two fingers: what was under each stays under it, as far as that goes without turning. */
  pinch(before: readonly [Point, Point], after: readonly [Point, Point]): void {
    const apart = ([a, b]: readonly [Point, Point]): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const [from, to] = [middle(before), middle(after)];
    this.zoomBy(apart(after) / apart(before), from);
    this.panBy(to.x - from.x, to.y - from.y);
  }

  /** Shows a box whole, never larger than it is. */
  fit(box: Box, pad = 48): void {
    if (this.isEmpty) return;
    this.zoom = Math.max(MIN_ZOOM, Math.min(1, (this.width - pad * 2) / box.width, (this.height - pad * 2) / box.height));
    this.centreOn({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  }

  centreOn(point: Point): void {
    this.x = this.width / 2 - point.x * this.zoom;
    this.y = this.height / 2 - point.y * this.zoom;
  }

  /** Moves by no more than needed until a box is in view; a zoom at which nothing can be read is left. */
  reveal(box: Box, pad = 24): void {
    if (this.zoom < FAR_ZOOM) this.zoom = 0.8;
    const shift = (at: number, length: number, room: number): number => (at < pad ? pad - at : at + length > room - pad ? Math.max(pad - at, room - pad - at - length) : 0);
    this.x += shift(box.x * this.zoom + this.x, box.width * this.zoom, this.width);
    this.y += shift(box.y * this.zoom + this.y, box.height * this.zoom, this.height);
  }
}
