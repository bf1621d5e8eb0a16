// The map, aligning and distributing, muting many at once, and fingers.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, catalogLoaded, draft, eventually, graph, pictures, test } from '../harness.mjs';

async function openMany(page, count = 40) {
  const nodes = Array.from({ length: count }, (_, at) => ({ id: String(at), type: 'EmptyImage', inputs: { width: 64, height: 64 }, ui: { x: (at % 8) * 320 + at * 7, y: Math.floor(at / 8) * 300 } }));
  const definition = { vtxw_version: '1.0', meta: { name: 'Many' }, nodes, edges: [] };
  await page.locator('.files input[type=file]').setInputFiles({ name: 'many.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(definition)) });
  await page.locator('.node').first().waitFor();
}

const transform = (page) => page.locator('vtx-card-layer').evaluate((one) => one.style.transform);
const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const places = async (page) => (await draft(page)).definition.nodes.map(({ ui }) => [ui.x, ui.y]);

await test('jumps and pans by the map, and hides it', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openMany(page);
  const map = page.locator('.minimap');
  await eventually(async () => assert.match(await page.getByRole('img', { name: 'Map of the graph, 40 nodes' }).getAttribute('aria-label'), /40/));
  await graph(page).focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < 3; step++) await page.keyboard.press('+');
  await settled(page);
  const before = await transform(page);
  const frame = () => page.locator('.minimap-view').evaluate((one) => one.style.transform);
  const frameBefore = await frame();
  const { x, y } = await map.boundingBox();
  await page.mouse.move(x + 170, y + 100);
  await page.mouse.down();
  await settled(page);
  const jumped = await transform(page);
  assert.notEqual(jumped, before);
  await page.mouse.move(x + 100, y + 60, { steps: 3 });
  await page.mouse.up();
  await settled(page);
  await eventually(async () => assert.notEqual(await transform(page), jumped));
  await eventually(async () => assert.notEqual(await frame(), frameBefore));
  await page.getByRole('button', { name: 'Show or hide the map' }).click();
  await map.waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('.node').first().waitFor();
  await eventually(async () => assert.equal(await map.count(), 0)); // as it was left
  await eventually(async () => assert.equal(await page.getByRole('button', { name: 'Show or hide the map' }).getAttribute('aria-pressed'), 'false'));
});

await test('aligns, distributes, arranges and mutes what is selected, each undone at once', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openMany(page, 4);
  const before = await places(page);
  await graph(page).focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await eventually(async () => assert.deepEqual(await places(page), before)); // one is not enough
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Shift+ArrowLeft');
  await eventually(async () => assert.equal(new Set((await places(page)).map(([x]) => x)).size, 1));
  await page.keyboard.press('Control+z');
  await eventually(async () => assert.deepEqual(await places(page), before));
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: 'Align tops' }).click();
  await eventually(async () => assert.equal(new Set((await places(page)).map(([, y]) => y)).size, 1));
  await page.getByRole('button', { name: 'Distribute horizontally' }).click();
  const xs = (await places(page)).map(([x]) => x).sort((a, b) => a - b);
  assert.ok(Math.abs(xs[1] - xs[0] - (xs[2] - xs[1])) <= 1);
  await graph(page).focus();
  await page.keyboard.press('m');
  await page.waitForFunction(() => document.querySelectorAll('.mode-muted').length === 4);
  await page.keyboard.press('m');
  await page.waitForFunction(() => document.querySelectorAll('.mode-muted').length === 0);
  const spread = JSON.stringify((await places(page)).map(([x]) => x));
  await page.keyboard.press('Shift+L');
  await page.waitForFunction((old) => (dispatchEvent(new Event('pagehide')), JSON.stringify(JSON.parse(localStorage.getItem('vortex.draft')).definition.nodes.map(({ ui }) => ui.x)) !== old), spread);
});

await test('pinches and pans with two fingers, a tap lets go of the selection, and a finger that stays selects with a frame', async (fresh) => {
  const page = await fresh({ hasTouch: true });
  await catalogLoaded(page);
  await openMany(page, 4);
  const { x, y, width, height } = await page.locator('.surface').boundingBox();
  const touches = await page.context().newCDPSession(page);
  const [cx, cy] = [x + width / 2, y + height - 120];
  const touch = (type, ...points) => touches.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })) });
  await graph(page).focus();
  await page.keyboard.press('Control+a');
  const zoom = () => page.locator('vtx-card-layer').evaluate((one) => Number(/scale\((.*)\)/.exec(one.style.transform)[1]));
  const before = await zoom();
  await touch('touchStart', [cx - 40, cy]);
  await touch('touchStart', [cx - 40, cy], [cx + 40, cy]);
  await touch('touchMove', [cx - 80, cy], [cx + 80, cy]);
  await settled(page);
  await eventually(async () => assert.ok(Math.abs((await zoom()) / before - 2) < 0.05 || (await zoom()) === 2));
  const pinched = await transform(page);
  await touch('touchMove', [cx - 80, cy - 50], [cx + 80, cy - 50]);
  await settled(page);
  await eventually(async () => assert.notEqual(await transform(page), pinched));
  await touch('touchEnd');
  await eventually(async () => assert.equal(await page.locator('.node.selected').count() > 0, true));
  await eventually(async () => assert.equal(new Set((await places(page)).map(String)).size, 4));
  await page.keyboard.press('f');
  await settled(page);
  await touch('touchStart', [x + width - 30, y + 20]);
  await touch('touchEnd');
  await page.waitForFunction(() => document.querySelectorAll('.node.selected').length === 0);
  // A finger that stays draws a frame.
  await touch('touchStart', [x + width - 30, y + 20]);
  await page.waitForFunction(() => !document.querySelector('.marquee').hidden);
  await touch('touchMove', [x + 8, y + height - 8]);
  await touch('touchEnd');
  await page.waitForFunction(() => document.querySelectorAll('.node.selected').length === 4);
});

await test('shows the map and the tools of a selection without violations, light, dark and narrow', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await openMany(page);
    await graph(page).focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Align left' }).waitFor();
    await settled(page);
    await page.screenshot({ path: join(pictures, `selection-${name}.png`) });
    found.push(...(await accessible(page, `selection, ${name}`)));
  }
  assert.deepEqual(found, []);
});
