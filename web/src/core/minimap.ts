import type { Box, Point } from './geometry';

/** How a graph lies on a map: a graph point p is at `p * scale + (x, y)`. */
export interface MapFit {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A box shown whole and in the middle of a map. */
export function mapFit(box: Box, width: number, height: number, pad = 6): MapFit {
  const scale = Math.min((width - pad * 2) / Math.max(1, box.width), (height - pad * 2) / Math.max(1, box.height));
  return { scale, x: width / 2 - (box.x + box.width / 2) * scale, y: height / 2 - (box.y + box.height / 2) * scale };
}

export const onMap = (fit: MapFit, box: Box): Box => ({ x: box.x * fit.scale + fit.x, y: box.y * fit.scale + fit.y, width: box.width * fit.scale, height: box.height * fit.scale });

export const fromMap = (fit: MapFit, point: Point): Point => ({ x: (point.x - fit.x) / fit.scale, y: (point.y - fit.y) / fit.scale });
