/** Four bytes a pixel, rows from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface Difference {
  /** Pixels of which any channel differs. */
  readonly differing: number;
  readonly total: number;
  /** The greatest difference of a channel, 0 to 255. */
  readonly most: number;
  readonly width: number;
  readonly height: number;
}

/** How two pictures differ where both have pixels, from the top left corner on. */
export function difference(a: Pixels, b: Pixels): Difference {
  const width = Math.min(a.width, b.width);
  const height = Math.min(a.height, b.height);
  let differing = 0;
  let most = 0;
  for (let y = 0; y < height; y++) {
    let at = y * a.width * 4;
    let other = y * b.width * 4;
    for (let x = 0; x < width; x++, at += 4, other += 4) {
      const largest = Math.max(
        Math.abs(a.data[at]! - b.data[other]!),
        Math.abs(a.data[at + 1]! - b.data[other + 1]!),
        Math.abs(a.data[at + 2]! - b.data[other + 2]!),
        Math.abs(a.data[at + 3]! - b.data[other + 3]!),
      );
      if (largest > 0) differing++;
      if (largest > most) most = largest;
    }
  }
  return { differing, total: width * height, most, width, height };
}

/** Draws the differences of the colours, each multiplied by `gain`; a difference of alpha alone is drawn as grey. Black is equal. */
export function drawDifference(a: Pixels, b: Pixels, gain: number, into: Pixels): void {
  for (let y = 0; y < into.height; y++) {
    let at = y * a.width * 4;
    let other = y * b.width * 4;
    let to = y * into.width * 4;
    for (let x = 0; x < into.width; x++, at += 4, other += 4, to += 4) {
      const alpha = Math.abs(a.data[at + 3]! - b.data[other + 3]!);
      for (let c = 0; c < 3; c++) into.data[to + c] = Math.max(Math.abs(a.data[at + c]! - b.data[other + c]!), alpha) * gain;
      into.data[to + 3] = 255;
    }
  }
}
