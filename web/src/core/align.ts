import type { Box, Point } from './geometry';

export type Edge = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';
export type Axis = 'horizontal' | 'vertical';

type Boxes = ReadonlyMap<string, Box>;

const size = (boxes: Boxes): { left: number; top: number; right: number; bottom: number } => {
  const all = [...boxes.values()];
  return {
    left: Math.min(...all.map((box) => box.x)),
    top: Math.min(...all.map((box) => box.y)),
    right: Math.max(...all.map((box) => box.x + box.width)),
    bottom: Math.max(...all.map((box) => box.y + box.height)),
  };
};

/** Where boxes go to share an edge or a middle line: that of all of them together. */
export function align(boxes: Boxes, edge: Edge): Map<string, Point> {
  const { left, top, right, bottom } = size(boxes);
  const to = ({ x, y, width, height }: Box): Point => {
    switch (edge) {
      case 'left': return { x: left, y };
      case 'right': return { x: right - width, y };
      case 'centre': return { x: Math.round((left + right - width) / 2), y };
      case 'top': return { x, y: top };
      case 'bottom': return { x, y: bottom - height };
      case 'middle': return { x, y: Math.round((top + bottom - height) / 2) };
    }
  };
  return new Map([...boxes].map(([id, box]) => [id, to(box)]));
}

/** Where boxes go to have equal gaps. The first and the last stay; where there is no room, gaps are negative and still equal. */
export function distribute(boxes: Boxes, axis: Axis): Map<string, Point> {
  const [at, length] = axis === 'horizontal' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const order = [...boxes].sort(([, a], [, b]) => a[at] + a[length] / 2 - (b[at] + b[length] / 2));
  const places = new Map([...boxes].map(([id, { x, y }]) => [id, { x, y }]));
  if (order.length < 3) return places;
  const first = order[0]![1];
  const last = order.at(-1)![1];
  const inner = order.slice(1, -1).reduce((sum, [, box]) => sum + box[length], 0);
  const gap = (last[at] - (first[at] + first[length]) - inner) / (order.length - 1);
  let next = first[at] + first[length] + gap;
  for (const [id, box] of order.slice(1, -1)) {
    places.set(id, { ...places.get(id)!, [at]: Math.round(next) });
    next += box[length] + gap;
  }
  return places;
}
