// What the tests of a suite share: one host, one browser, and steps that many of them take.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as engine } from 'playwright-core';
import { chromium, root, startHost } from './host.mjs';

export const pictures = join(root, 'artifacts/studio');
mkdirSync(pictures, { recursive: true });
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
export const sample = join(root, 'samples/photo-finish/photo-finish.json');
export const photo = join(root, 'samples/photo-finish/photo.png');
/** The host of the suite, there from its first test on; a test that restarts it puts the new one here. */
export const studio = { host: undefined };
let browser;
let [passed, failed] = [0, 0];
/** A test that only a quick page passes is a wrong test: how much slower its script is, and how late its frames and its server's answers are, in milliseconds. */
const [slow, lateFrames, lateAnswers] = ['SLOW', 'LATE_FRAMES', 'LATE_ANSWERS'].map((name) => Number(process.env[`STUDIO_${name}`] ?? 0));

/** A fresh profile with the page open; what the page reports as an error fails the test. */
async function open(options = {}, path = '/') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await hold(page);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()) && errors.push(message.text()));
  await page.goto(studio.host.url + path);
  await page.locator('vtx-app-shell .bar').waitFor();
  return { context, page, errors };
}

const sessions = new WeakMap();

/** Makes a page's frames and answers late, and its script slow. */
async function hold(page) {
  const session = await page.context().newCDPSession(page);
  sessions.set(page, session);
  await throttle(page, slow);
  if (lateAnswers > 0) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: lateAnswers, downloadThroughput: -1, uploadThroughput: -1 });
  }
  if (lateFrames > 0) {
    await page.addInitScript((late) => {
      const next = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (draw) => setTimeout(() => next(draw), late);
      window.cancelAnimationFrame = clearTimeout;
    }, lateFrames);
  }
}

const throttle = async (page, rate) => slow > 0 && sessions.get(page).send('Emulation.setCPUThrottlingRate', { rate });

export async function test(name, body) {
  const [, , suite, words] = process.argv;
  if (words && !name.includes(words)) return;
  studio.host ??= await startHost();
  browser ??= await engine.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
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
    await opened[0]?.page.screenshot({ path: join(pictures, `failed-${suite}-${failed}.png`) }).catch(() => undefined);
  }
  for (const { context } of opened) await context.close();
}

/** Waits until an assertion about the page holds: what a person did shows a frame, or an answer, later. */
export async function eventually(assertion) {
  for (const end = Date.now() + 15_000; ; await new Promise((done) => setTimeout(done, 50))) {
    try {
      return await assertion();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > end) throw error;
    }
  }
}

export const graph = (page) => page.getByRole('application');
export const catalogLoaded = (page) => page.waitForFunction(() => document.querySelector('vtx-graph-canvas') && performance.getEntriesByType('resource').some((one) => one.name.includes('/v1/node-types') && one.responseEnd > 0));
export const draft = (page) => page.evaluate(() => (dispatchEvent(new Event('pagehide')), JSON.parse(localStorage.getItem('vortex.draft') ?? '{}')));

export async function addByKey(page, words) {
  await page.keyboard.press('a');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  await page.keyboard.type(words);
  await page.locator('[role=option][aria-selected=true]').waitFor();
  await page.keyboard.press('Enter');
}

export async function openSample(page) {
  await page.locator('.files input[type=file]').setInputFiles(sample);
  await page.getByRole('heading', { name: 'Import report' }).waitFor();
}

/** A small workflow whose result no run has made before. */
let colour = 0;
export async function openSmall(page) {
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

export async function upload(page) {
  const response = await page.request.post(`${studio.host.url}/v1/uploads?name=photo.png`, { data: readFileSync(photo) });
  assert.equal(response.ok(), true);
}

export const runButton = (page) => page.getByRole('button', { name: 'Run', exact: true });
export const runEnds = (page, word) => page.locator('.run-head strong', { hasText: word }).waitFor({ timeout: 60_000 });

export async function accessible(page, where) {
  // Through the protocol: the page's content security policy forbids foreign scripts, and stays as it is.
  await throttle(page, 1);
  await page.evaluate(axe);
  // Of the result only what is wrong leaves the page: the rest is large.
  const violations = await page.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })).violations);
  await throttle(page, slow);
  return violations.map((one) => `${where}: ${one.id} at ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
}

/** Ends browser and host. @returns how many tests passed and failed */
export async function finish() {
  await browser?.close();
  await studio.host?.remove();
  return { passed, failed };
}
