// What the measurements share: a page whose answers are made up where they would only add the server's time, and how frames are counted.

/** Three inputs, two outputs and two fields each. */
const types = [{
  name: 'Measured',
  display_name: 'Measured',
  inputs: [...['a', 'b', 'c'].map((name) => ({ name, type: 'Image' })), ...['x', 'y'].map((name) => ({ name, type: 'Number', is_widget: true, default: 1 }))],
  outputs: ['o', 'p'].map((name) => ({ name, type: 'Image' })),
  is_executable: true,
}];

export const COLUMNS = 50;
export const [WIDE, HIGH] = [320, 280];

/** A grid of nodes with about 1.6 edges each. */
export function grid(count, name = 'Measured') {
  const nodes = Array.from({ length: count }, (_, at) => ({ id: String(at), type: 'Measured', ui: { x: (at % COLUMNS) * WIDE, y: Math.floor(at / COLUMNS) * HIGH } }));
  const edges = nodes.flatMap((node, at) => [at >= 1 && 'a', at >= COLUMNS && at % 5 < 3 && 'b'].filter(Boolean).map((port) => ({ from: { node: String(port === 'a' ? at - 1 : at - COLUMNS), port: 'o' }, to: { node: node.id, port } })));
  return { vtxw_version: '1.0', meta: { name }, nodes, edges };
}

export async function openPage(browser, host, routes = async () => undefined) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.route('**/v1/node-types*', (route) => route.fulfill({ json: { items: types, next_cursor: null } }));
  await page.route('**/v1/runs?mode=check', (route) => route.fulfill({ json: { valid: true, problems: [] } }));
  await routes(page);
  await page.goto(host.url);
  await page.locator('.bar').waitFor();
  return page;
}

/** Opens a document as a file is opened. @returns milliseconds from the server's answer to the frame after the first that shows it */
export async function openDefinition(page, definition) {
  await page.route('**/v1/workflows/import', (route) => route.fulfill({ json: { definition } }));
  await page.evaluate(() => {
    const parse = JSON.parse;
    window.opened = new Promise((done) => {
      JSON.parse = (text, ...more) => {
        if (!text.includes('"Measured"') || !text.includes('"definition"')) return parse(text, ...more);
        JSON.parse = parse;
        const began = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began))));
        return parse(text, ...more);
      };
    });
  });
  await page.locator('.files input[type=file]').setInputFiles({ name: 'measured.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  return page.evaluate(() => window.opened);
}

/** Sorted values: their median and the one that 95 of 100 keep. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return { count: sorted.length, median: at(0.5), most: at(0.95), worst: sorted.at(-1) ?? NaN };
}

export const line = (what, value, goal) => console.log(`${what}: ${value}${goal ? ` (goal: ${goal})` : ''}`);

/** Counts the frames while something is done. */
export async function frames(page, name, act) {
  await page.evaluate(() => {
    window.times = [];
    let last = performance.now();
    const tick = (now) => {
      window.times.push(now - last);
      last = now;
      window.frame = requestAnimationFrame(tick);
    };
    window.frame = requestAnimationFrame(tick);
  });
  await act();
  const { count, median, most, worst } = spread(await page.evaluate(() => (cancelAnimationFrame(window.frame), window.times.slice(1))));
  line(name, `${count} frames, median ${median.toFixed(1)} ms, 95 of 100 within ${most.toFixed(1)} ms, worst ${worst.toFixed(1)} ms; ${await page.evaluate(() => document.querySelectorAll('*').length)} elements`, '95 of 100 ≤ 20 ms');
}

export async function drag(page, from, to, steps = 90) {
  await page.mouse.move(...from);
  await page.mouse.down();
  for (let step = 1; step <= steps; step++) await page.mouse.move(from[0] + ((to[0] - from[0]) * step) / steps, from[1] + ((to[1] - from[1]) * step) / steps);
  await page.mouse.up();
}

/** Where the graph is on the screen: a graph point p is at `p * zoom + (x, y)`. */
export const viewport = (page) =>
  page.evaluate(() => {
    const { left, top } = document.querySelector('.surface').getBoundingClientRect();
    const [, x, y, zoom] = /translate\((.*)px, (.*)px\) scale\((.*)\)/.exec(document.querySelector('vtx-card-layer').style.transform).map(Number);
    return { x: left + x, y: top + y, zoom };
  });

/** A point on the head of a node that is wholly in view, as soon as one is. */
export async function headInView(page, selector = '.node') {
  const found = await page.waitForFunction((wanted) => {
    const area = document.querySelector('.surface').getBoundingClientRect();
    for (const node of document.querySelectorAll(wanted)) {
      const box = node.querySelector('.node-head').getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      if (box.x > area.x && box.right < area.right && box.y > area.y && box.bottom < area.bottom && document.elementFromPoint(x, y)?.closest('.node') === node) return [x, y];
    }
    return undefined;
  }, selector);
  return found.jsonValue();
}

/** A point of the canvas with nothing on it, in its lower right. */
export async function emptyPoint(page) {
  const found = await page.evaluate(() => {
    const area = document.querySelector('.surface').getBoundingClientRect();
    for (let y = area.bottom - 60; y > area.top; y -= 7) for (let x = area.right - 160; x > area.left; x -= 7) if (document.elementFromPoint(x, y)?.classList.contains('surface')) return [x, y];
    return undefined;
  });
  if (!found) throw new Error('The canvas is full.');
  return found;
}

/** Pans from an empty point up and to the left. */
export async function pan(page, steps) {
  const [x, y] = await emptyPoint(page);
  await drag(page, [x, y], [x - 300, y - 300], steps);
}
