// Opens 2,000 nodes (3 inputs, 2 outputs, 2 fields each) and prints how long that and each frame took.
import { chromium as engine } from 'playwright-core';
import { chromium, startHost } from './host.mjs';

const host = await startHost();
const browser = await engine.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const count = Number(process.argv[2] ?? 2000);
const types = [{ name: 'Measured', display_name: 'Measured', inputs: [...['a', 'b', 'c'].map((name) => ({ name, type: 'Image' })), ...['x', 'y'].map((name) => ({ name, type: 'Number', is_widget: true, default: 1 }))], outputs: ['o', 'p'].map((name) => ({ name, type: 'Image' })), is_executable: true }];
await page.route('**/v1/node-types*', (route) => route.fulfill({ json: { items: types, next_cursor: null } }));
await page.route('**/v1/runs?mode=check', (route) => route.fulfill({ json: { valid: true, problems: [] } }));
const nodes = Array.from({ length: count }, (_, at) => ({ id: String(at), type: 'Measured', ui: { x: (at % 50) * 320, y: Math.floor(at / 50) * 280 } }));
const edges = nodes.flatMap((node, at) => [at >= 1 && 'a', at >= 50 && at % 5 < 3 && 'b'].filter(Boolean).map((port) => ({ from: { node: String(port === 'a' ? at - 1 : at - 50), port: 'o' }, to: { node: node.id, port } })));
const definition = { vtxw_version: '1.0', meta: { name: 'Measured' }, nodes, edges };
await page.route('**/v1/workflows/import', (route) => route.fulfill({ json: { definition } }));

let start = Date.now();
await page.goto(host.url);
await page.locator('.bar').waitFor();
console.log(`page to first view: ${Date.now() - start} ms`);
await page.evaluate(() => {
  // From the answer of the server to the frame after the first that shows it.
  const parse = JSON.parse;
  window.opened = new Promise((done) => {
    JSON.parse = (text, ...more) => {
      if (!text.includes('"Measured"') || text.length < 50_000) return parse(text, ...more);
      JSON.parse = parse;
      const began = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began))));
      return parse(text, ...more);
    };
  });
});
await page.locator('.files input[type=file]').setInputFiles({ name: 'measured.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
console.log(`open ${count} nodes: ${Math.round(await page.evaluate(() => window.opened))} ms`);
console.log(`elements with all in view: ${await page.evaluate(() => document.querySelectorAll('*').length)}`);

async function frames(name, act) {
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
  const times = await page.evaluate(() => (cancelAnimationFrame(window.frame), window.times.slice(1).sort((a, b) => a - b)));
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
  console.log(`${name}: ${times.length} frames, median ${at(0.5)} ms, 95 of 100 within ${at(0.95)} ms; elements ${await page.evaluate(() => document.querySelectorAll('*').length)}`);
}

async function drag(from, to, steps = 60) {
  await page.mouse.move(...from);
  await page.mouse.down();
  for (let step = 1; step <= steps; step++) await page.mouse.move(from[0] + ((to[0] - from[0]) * step) / steps, from[1] + ((to[1] - from[1]) * step) / steps);
  await page.mouse.up();
}

await frames('pan, all in view', () => drag([400, 760], [500, 700]));
await page.getByRole('application').focus();
await page.keyboard.press('Home');
await frames('pan at reading size', () => drag([700, 790], [300, 400]));
await page.keyboard.press('Home');
const head = await page.locator('.node.focused .node-head').boundingBox();
await frames('drag one node', () => drag([head.x + 60, head.y + 15], [head.x + 300, head.y + 200]));
await page.keyboard.press('Control+a');
const all = await page.locator('.node.focused .node-head').boundingBox();
await frames(`drag all ${count}`, () => drag([all.x + 60, all.y + 15], [all.x + 160, all.y + 100]));
await browser.close();
await host.remove();
