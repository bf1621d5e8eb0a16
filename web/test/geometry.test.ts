import { describe, expect, it } from 'vitest';
import { readDocument } from '../src/core/document';
import { Geometry, intersects, NODE_WIDTH } from '../src/core/geometry';
import { closesCircle, topological } from '../src/core/order';
import { catalog, chain } from './some';

const still = { x: 0, y: 0 };

describe('Geometry', () => {
  it('finds through its index exactly what a look at every node finds', () => {
    const nodes = Array.from({ length: 400 }, (_, at) => ({ id: String(at), type: 'ImageSharpen', ui: { x: (at % 20) * 317 - 2000, y: Math.floor(at / 20) * 211 - 2000 } }));
    const geometry = new Geometry(readDocument({ nodes }), catalog);
    for (const area of [{ x: -300, y: -100, width: 700, height: 500 }, { x: -9999, y: -9999, width: 1, height: 1 }, { x: -5000, y: -5000, width: 20000, height: 20000 }]) {
      const expected = nodes.map((node) => node.id).filter((id) => intersects(geometry.box(id)!, area));
      expect(geometry.within(area).sort()).toEqual(expected.sort());
    }
  });

  it('ends wires at the ports, moved with a node that is dragged', () => {
    const geometry = new Geometry(chain(), catalog);
    const edge = geometry.edgesOf('load')[0]!;
    const { from, to } = geometry.ends(edge, () => still)!;
    expect(from.x).toBe(NODE_WIDTH);
    expect(to.x).toBe(300);
    expect(geometry.ends(edge, (id) => (id === 'load' ? { x: 5, y: 7 } : still))!.from).toEqual({ x: from.x + 5, y: from.y + 7 });
  });

  it('takes the width a file gives, within reason', () => {
    const width = (value: unknown): number => new Geometry(readDocument({ nodes: [{ id: '1', type: 'LoadImage', ui: { x: 0, y: 0, width: value as number } }] }), catalog).box('1')!.width;
    expect([320, 1, 9000, 'wide', undefined].map(width)).toEqual([320, 120, 480, NODE_WIDTH, NODE_WIDTH]);
  });

  it('keeps shapes of nodes that did not change', () => {
    const first = new Geometry(chain(), catalog);
    const again = new Geometry({ ...first.document }, catalog, first);
    expect(again.shape('sharpen')).toBe(first.shape('sharpen'));
  });

  it('moves the focus to the nearest node in a direction', () => {
    const geometry = new Geometry(chain(), catalog);
    expect(geometry.neighbour('load', 'right')).toBe('sharpen');
    expect(geometry.neighbour('save', 'left')).toBe('sharpen');
    expect(geometry.neighbour('load', 'left')).toBeUndefined();
  });
});

describe('The outline', () => {
  it('goes from sources to outputs, and keeps nodes of a circle', () => {
    expect(topological(chain())).toEqual(['load', 'sharpen', 'save']);
    const edge = (from: string, to: string) => ({ from: { node: from, port: 'o' }, to: { node: to, port: 'i' } });
    const circle = readDocument({ nodes: ['a', 'b'].map((id) => ({ id, type: 'T' })), edges: [edge('a', 'b'), edge('b', 'a')] });
    expect(topological(circle)).toEqual(['a', 'b']);
  });

  it('knows which wire would close a circle', () => {
    expect(closesCircle(chain(), 'save', 'load')).toBe(true);
    expect(closesCircle(chain(), 'load', 'load')).toBe(true);
    expect(closesCircle(chain(), 'load', 'save')).toBe(false);
  });
});
