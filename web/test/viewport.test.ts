import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_ZOOM, MIN_ZOOM, Viewport } from '../src/core/viewport';

let view: Viewport;
const onScreen = (point: { x: number; y: number }): { x: number; y: number } => ({ x: point.x * view.zoom + view.x, y: point.y * view.zoom + view.y });

beforeEach(() => {
  view = new Viewport();
  view.resize(800, 600);
});

describe('The viewport', () => {
  it('keeps the point under the pointer where it is while it zooms, and stops at its bounds', () => {
    const at = { x: 123, y: 456 };
    const point = view.toGraph(at);
    view.zoomBy(1.7, at);
    expect(onScreen(point).x).toBeCloseTo(at.x);
    expect(onScreen(point).y).toBeCloseTo(at.y);
    view.zoomBy(1e9);
    expect(view.zoom).toBe(MAX_ZOOM);
    view.zoomBy(1e-9);
    expect(view.zoom).toBe(MIN_ZOOM);
  });

  it('shows a box whole and in the middle, and does not enlarge a small one', () => {
    view.fit({ x: -1000, y: 200, width: 4000, height: 100 });
    expect(onScreen({ x: -1000, y: 250 }).x).toBeCloseTo(48);
    expect(onScreen({ x: 3000, y: 250 })).toEqual({ x: expect.closeTo(752), y: expect.closeTo(300) });
    view.fit({ x: 0, y: 0, width: 10, height: 10 });
    expect(view.zoom).toBe(1);
  });

  it('moves no more than needed to reveal a box', () => {
    view.x = view.y = 0;
    view.reveal({ x: 100, y: 100, width: 50, height: 50 });
    expect([view.x, view.y]).toEqual([0, 0]);
    view.reveal({ x: 900, y: -50, width: 100, height: 50 });
    expect([view.x, view.y]).toEqual([-224, 74]);
  });

  it('leaves a zoom at which nothing can be read to reveal a box', () => {
    view.zoom = 0.1;
    view.reveal({ x: 9000, y: 9000, width: 240, height: 100 });
    expect(view.zoom).toBe(0.8);
    const { x, y } = onScreen({ x: 9000, y: 9000 });
    expect(x > 0 && x < 800 && y > 0 && y < 600).toBe(true);
  });

  it('keeps what is under two fingers under them', () => {
    const before = [{ x: 100, y: 100 }, { x: 300, y: 100 }] as const;
    const after = [{ x: 150, y: 220 }, { x: 450, y: 220 }] as const;
    const under = before.map((point) => view.toGraph(point));
    view.pinch(before, after);
    expect(view.zoom).toBeCloseTo(1.5);
    under.forEach((point, at) => {
      expect(onScreen(point).x).toBeCloseTo(after[at]!.x);
      expect(onScreen(point).y).toBeCloseTo(after[at]!.y);
    });
    const { zoom } = view;
    view.pinch([{ x: 5, y: 5 }, { x: 5, y: 5 }], [{ x: 5, y: 5 }, { x: 5, y: 5 }]);
    expect(view.zoom).toBe(zoom);
  });

  it('shows nothing before it has a size', () => {
    const fresh = new Viewport();
    fresh.fit({ x: 0, y: 0, width: 100, height: 100 });
    expect([fresh.isEmpty, fresh.zoom]).toEqual([true, 1]);
  });
});
