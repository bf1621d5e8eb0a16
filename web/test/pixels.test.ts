import { describe, expect, it } from 'vitest';
import { difference, drawDifference, type Pixels } from '../src/core/pixels';

const pixels = (width: number, ...values: number[]): Pixels => ({ width, height: values.length / 4 / width, data: Uint8ClampedArray.from(values) });

describe('The difference of two pictures', () => {
  it('counts pixels, not channels, and finds the greatest', () => {
    const a = pixels(2, 0, 0, 0, 255, 10, 20, 30, 255);
    const b = pixels(2, 0, 0, 0, 255, 12, 15, 30, 255);
    expect(difference(a, b)).toEqual({ differing: 1, total: 2, most: 5, width: 2, height: 1 });
    expect(difference(b, a).most).toBe(5);
    expect(difference(a, a)).toMatchObject({ differing: 0, most: 0 });
  });

  it('looks at alpha too', () => expect(difference(pixels(1, 9, 9, 9, 255), pixels(1, 9, 9, 9, 0))).toMatchObject({ differing: 1, most: 255 }));

  it('compares what both have where sizes differ, row by row', () => {
    const tall = pixels(1, 1, 1, 1, 255, 2, 2, 2, 255);
    const wide = pixels(2, 1, 1, 1, 255, 7, 7, 7, 255);
    expect(difference(tall, wide)).toEqual({ differing: 0, total: 1, most: 0, width: 1, height: 1 });
    const square = pixels(2, 1, 1, 1, 255, 0, 0, 0, 0, 2, 2, 2, 255, 0, 0, 0, 0);
    expect(difference(tall, square)).toMatchObject({ differing: 0, total: 2 });
  });

  it('is drawn amplified, cut at white, with equal pixels black', () => {
    const into = pixels(2, ...new Array<number>(8).fill(7));
    drawDifference(pixels(2, 10, 0, 0, 255, 5, 5, 5, 255), pixels(2, 0, 100, 0, 255, 5, 5, 5, 250), 4, into);
    expect([...into.data]).toEqual([40, 255, 0, 255, 20, 20, 20, 255]);
    drawDifference(into, into, 64, into);
    expect([...into.data]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  });
});
