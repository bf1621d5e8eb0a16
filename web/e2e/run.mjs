// The studio in a real browser against a real host. Ends with one line that `vortex test` sums up.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as engine } from 'playwright-core';
import { built, chromium, root, startHost } from './host.mjs';

const browserPath = chromium();
if (!browserPath || !built()) {
  console.log(browserPath ? 'The host or the page is not built: the browser tests are skipped.' : 'There is no Chromium here (Debian: apt-get install chromium): the browser tests are skipped.');
  console.log('studio in the browser: 0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const pictures = join(root, 'artifacts/studio');
mkdirSync(pictures, { recursive: true });
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const sample = join(root, 'samples/photo-finish/photo-finish.json');
const photo = join(root, 'samples/photo-finish/photo.png');
let host = await startHost();
const browser = await engine.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
let [passed, failed] = [0, 0];

/** A fresh profile with the page open; what the page reports as an error fails the test. */
async function open(options = {}, path = '/') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()) && errors.push(message.text()));
  await page.goto(host.url + path);
  await page.locator('vtx-app-shell .bar').waitFor();
  return { context, page, errors };
}

async function test(name, body) {
  if (process.argv[2] && !name.includes(process.argv[2])) return;
  const began = Date.now();
  const opened = [];
  try {
    await body(async (...args) => {
      const one = await open(...args);
      opened.push(one);
      return one.page;
    });
    for (const { errors } of opened) assert.deepEqual(errors, []);
    passed++;
    console.log(`ok      ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error.stack}`);
    await opened[0]?.page.screenshot({ path: join(pictures, `failed-${failed}.png`) }).catch(() => undefined);
  }
  for (const { context } of opened) await context.close();
}

const graph = (page) => page.getByRole('application');
const catalogLoaded = (page) => page.waitForFunction(() => document.querySelector('vtx-graph-canvas') && performance.getEntriesByType('resource').filter((one) => one.name.includes('/v1/node-types')).length > 1);
const draft = (page) => page.evaluate(() => (dispatchEvent(new Event('pagehide')), JSON.parse(localStorage.getItem('vortex.draft') ?? '{}')));

async function addByKey(page, words) {
  await page.keyboard.press('a');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  await page.keyboard.type(words);
  await page.locator('[role=option][aria-selected=true]').waitFor();
  await page.keyboard.press('Enter');
}

async function openSample(page) {
  await page.locator('.files input[type=file]').setInputFiles(sample);
  await page.getByRole('heading', { name: 'Import report' }).waitFor();
}

/** A small workflow whose result no run has made before. */
let colour = 0;
async function openSmall(page) {
  const definition = {
    vtxw_version: '1.0',
    meta: { name: `Small ${colour + 1}` },
    nodes: [
      { id: 'a', type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: ++colour * 7919 }, ui: { x: 0, y: 0 } },
      { id: 'b', type: 'SaveImage', inputs: { filename_prefix: 'small' }, ui: { x: 320, y: 0 } },
    ],
    edges: [{ from: { node: 'a', port: 'IMAGE' }, to: { node: 'b', port: 'images' } }],
  };
  await page.locator('.files input[type=file]').setInputFiles({ name: 'small.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(definition)) });
  await page.waitForFunction((name) => document.querySelector('input.name').value === name, `Small ${colour}`);
}

async function upload(page) {
  const response = await page.request.post(`${host.url}/v1/uploads?name=photo.png`, { data: readFileSync(photo) });
  assert.equal(response.ok(), true);
}

const runButton = (page) => page.getByRole('button', { name: 'Run', exact: true });
const runEnds = (page, word) => page.locator('.run-head strong', { hasText: word }).waitFor({ timeout: 30_000 });

async function accessible(page, where) {
  // Through the protocol: the page's content security policy forbids foreign scripts, and stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.map((one) => `${where}: ${one.id} at ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
}

await test('draws and runs a workflow by keyboard alone, and takes it back', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // skip to the content
  await addByKey(page, 'EmptyImage');
  await addByKey(page, 'ImageInvert');
  await addByKey(page, 'SaveImage');
  await page.waitForFunction(() => document.querySelectorAll('.node').length === 3);
  for (const [node, target] of [['EmptyImage', 'Invert'], ['ImageInvert', 'Save']]) {
    await page.keyboard.press('Home');
    if (node === 'ImageInvert') await page.keyboard.press(']');
    await page.keyboard.press('w');
    await page.getByRole('combobox', { name: 'Search' }).waitFor();
    await page.keyboard.type(target);
    await page.keyboard.press('Enter');
  }
  assert.equal((await draft(page)).definition.edges.length, 2);
  await page.keyboard.press('Control+Enter');
  await runEnds(page, 'Succeeded');
  assert.equal(await page.locator('.gallery img').count(), 1);
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelectorAll('.node').length === 0);
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+Shift+z');
  await page.waitForFunction(() => document.querySelectorAll('.node').length === 3);
  assert.equal((await draft(page)).definition.edges.length, 2);
});

await test('opens a ComfyUI file with its report, runs it, and the second run is served from the cache', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSample(page);
  await page.locator('.problems .entry', { hasText: 'photo.png' }).first().waitFor();
  await upload(page);
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  assert.equal(await page.locator('.gallery img').count(), 2);
  await page.waitForFunction(() => [...document.querySelectorAll('.gallery img')].every((one) => one.naturalWidth > 0));
  await page.screenshot({ path: join(pictures, 'editor-light.png') });
  await runButton(page).click();
  await page.locator('.run-progress', { hasText: 'from cache' }).waitFor();
  await runEnds(page, 'Succeeded');
  assert.equal(await page.locator('.timeline .state-succeeded').count(), 0);
  assert.ok((await page.locator('.timeline .state-cached').count()) > 0);
});

await test('drops a file on the page', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'dropped.json', { type: 'application/json' }));
    return transfer;
  }, readFileSync(sample, 'utf8'));
  await page.dispatchEvent('vtx-app-shell', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('vtx-app-shell', 'drop', { dataTransfer: data });
  await page.getByRole('heading', { name: 'Import report' }).waitFor();
  await page.waitForFunction(() => document.querySelector('input.name').value === 'dropped');
});

await test('says why a file cannot be opened, and keeps the workflow', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSample(page);
  await page.locator('.files input[type=file]').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{"nodes": 3') });
  await page.locator('.notice.bad').waitFor();
  assert.equal((await draft(page)).definition.nodes.length > 5, true);
});

await test('lists problems, and an entry leads to its node', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'SaveImage');
  await runButton(page).click();
  await page.locator('.notice.bad').waitFor();
  await page.locator('.problems button.entry').first().click();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'application');
  await page.waitForFunction(() => document.querySelectorAll('.node.selected').length === 1);
});

await test('connects by dragging, lights only ports that fit, and moves what is selected', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'EmptyImage');
  await addByKey(page, 'ImageInvert');
  const port = (node, name) => page.locator(`.node[data-node="${node}"] .port[data-port="${name}"]`);
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(port(1, 'IMAGE'))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(port(2, 'image'))), { steps: 5 });
  await page.locator('.node[data-node="2"] .port-input.fits').waitFor();
  assert.equal(await page.locator('.node[data-node="1"] .port-input.fits').count(), 0);
  await page.mouse.up();
  await page.locator('path.wire').waitFor({ state: 'attached' });
  const before = (await draft(page)).definition;
  assert.equal(before.edges.length, 1);
  const [x, y] = await middle(page.locator('.node[data-node="2"] .node-head'));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 60, { steps: 4 });
  await page.mouse.up();
  const after = (await draft(page)).definition;
  assert.notEqual(after.nodes[1].ui.y, before.nodes[1].ui.y);
  assert.equal(after.nodes[0].ui.y, before.nodes[0].ui.y);
  await graph(page).focus();
  await page.keyboard.press('Control+z');
  assert.deepEqual((await draft(page)).definition, before);
});

await test('loses nothing when it is reloaded in the middle of a run, and can cancel it', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  // Nothing is handed out while the queue is paused, so that the run is surely not over when the page comes back.
  await page.request.post(`${host.url}/v1/queue/pause`);
  await page.getByLabel('Workflow name').fill('Reloaded');
  await runButton(page).click();
  await page.locator('.run-head').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('.run-head').waitFor();
  assert.equal(await page.getByLabel('Workflow name').inputValue(), 'Reloaded');
  await page.locator('.bar').getByRole('button', { name: 'Cancel' }).waitFor();
  await page.request.post(`${host.url}/v1/queue/resume`);
  await runEnds(page, 'Succeeded');
  await page.request.post(`${host.url}/v1/queue/pause`);
  page.on('dialog', (dialog) => void dialog.accept());
  await openSmall(page);
  await runButton(page).click();
  await page.locator('.bar').getByRole('button', { name: 'Cancel' }).click();
  await runEnds(page, 'Canceled');
  await page.request.post(`${host.url}/v1/queue/resume`);
});

await test('connects again by itself when the server is killed and comes back', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  await page.request.post(`${host.url}/v1/queue/pause`);
  await runButton(page).click();
  await page.locator('.run-head').waitFor();
  const { url, folder } = host;
  await host.stop('SIGKILL');
  await page.getByText('Trying again').waitFor();
  host = await startHost(new URL(url).port, folder);
  await page.request.post(`${host.url}/v1/queue/resume`);
  await runEnds(page, 'Succeeded');
});

await test('saves, lists and opens again', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'EmptyImage');
  await page.getByLabel('Workflow name').fill('Kept for later');
  await page.getByText('not saved').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText('not saved').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByText('Draw your first workflow').waitFor();
  await page.getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('button', { name: /Kept for later/ }).click();
  await page.locator('.node').waitFor();
});

await test('edits values, refuses wrong ones, and speaks German', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'EmptyImage');
  await page.keyboard.press('Enter');
  await page.getByLabel('width', { exact: true }).first().fill('99999999');
  await page.getByText('Between').waitFor();
  await page.getByLabel('width', { exact: true }).first().fill('64');
  await page.locator('.wrong').waitFor({ state: 'detached' });
  assert.equal((await draft(page)).definition.nodes[0].inputs.width, 64);
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('button', { name: 'Ausführen' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
});

await test('has no violation of accessibility rules on any view, light and dark, wide and narrow', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 }, colorScheme: 'light' }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await upload(page);
    await catalogLoaded(page);
    const shot = async (view) => {
      await page.waitForTimeout(150); // pictures for people to look at; no assertion waits on it
      await page.screenshot({ path: join(pictures, `${view}-${name}.png`) });
      found.push(...(await accessible(page, `${view}, ${name}`)));
    };
    await shot('empty');
    await graph(page).focus();
    await page.keyboard.press('a');
    await page.locator('[role=option]').first().waitFor();
    await shot('palette');
    await page.keyboard.press('Escape');
    await graph(page).focus();
    await page.keyboard.press('?');
    await page.locator('.help dialog[open]').waitFor();
    await shot('keys');
    await page.keyboard.press('Escape');
    await openSample(page);
    await shot('problems');
    await page.locator('.node .node-head').nth(2).click({ force: true });
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await shot('inspector');
    await page.getByRole('tab', { name: 'Outline' }).click();
    await shot('outline');
    await runButton(page).click();
    await runEnds(page, 'Succeeded');
    await shot('run');
    await page.goto(`${host.url}/#/runs`);
    await page.locator('.cards a').first().waitFor();
    await shot('runs');
    await page.locator('.cards a').first().click();
    await page.locator('.gallery img').first().waitFor();
    await shot('run-page');
    await page.goto(`${host.url}/#/workflows`);
    await page.locator('vtx-workflows-view .cards').waitFor({ state: 'attached' });
    await shot('workflows');
  }
  assert.deepEqual(found, []);
});

await browser.close();
await host.remove();
console.log(`studio in the browser: ${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
