// Queue, runners, models and health.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tinyModels } from '../host.mjs';
import { accessible, catalogLoaded, eventually, pictures, studio, test } from '../harness.mjs';

const visit = (page, hash) => page.goto(`${studio.host.url}/${hash}`);
const post = (page, path, data) => page.request.post(`${studio.host.url}${path}`, data ? { data } : {});
const names = (page) => page.locator('.queue strong').allTextContents();

let shade = 0;
async function submit(page, name, options) {
  const definition = {
    vtxw_version: '1.0',
    meta: { name },
    nodes: [
      { id: 'a', type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0x700000 + ++shade }, ui: { x: 0, y: 0 } },
      { id: 'b', type: 'SaveImage', inputs: { filename_prefix: 'queued' }, ui: { x: 320, y: 0 } },
    ],
    edges: [{ from: { node: 'a', port: 'IMAGE' }, to: { node: 'b', port: 'images' } }],
  };
  return (await (await post(page, '/v1/runs', { definition, ...(options ? { options } : {}) })).json()).run_id;
}

/** Three runs with batches in a paused queue. */
async function three(page) {
  await post(page, '/v1/queue/pause');
  const runs = [];
  for (const name of ['Anna', 'Bert', 'Cora']) {
    runs.push(await submit(page, name));
    // Only a run with a batch in its lane can be moved.
    for (;;) {
      const run = await (await page.request.get(`${studio.host.url}/v1/runs/${runs.at(-1)}`)).json();
      if (run.queue_position) break;
    }
  }
  return runs;
}

const clear = async (page, runs) => {
  for (const run of runs) await post(page, `/v1/runs/${run}/cancel`);
  await post(page, '/v1/queue/resume');
};

await test('shows the queue, reorders it by keyboard and by dragging, cancels and goes on', async (fresh) => {
  const page = await fresh({}, '/#/operate/queue');
  const runs = await three(page);
  await page.waitForFunction(() => document.querySelectorAll('.queue li').length === 3);
  await eventually(async () => assert.deepEqual(await names(page), ['Anna', 'Bert', 'Cora']));
  await page.getByText('The queue is paused').first().waitFor();
  await eventually(async () => assert.equal(await page.getByText('Waits until the queue goes on.').count(), 3));
  await page.getByRole('button', { name: 'Move Cora up' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.queue strong')[1].textContent === 'Cora');
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Move Cora up'));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.queue strong')[0].textContent === 'Cora');
  await eventually(async () => assert.equal(await page.getByRole('button', { name: 'Move Cora up' }).isDisabled(), true));
  // The focus stays in the entry although its button is of no more use.
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.closest('li')?.querySelector('strong').textContent), 'Cora'));
  await page.locator('.queue li', { hasText: 'Cora' }).dragTo(page.locator('.queue li', { hasText: 'Bert' }));
  await page.waitForFunction(() => [...document.querySelectorAll('.queue strong')].map((one) => one.textContent).join() === 'Anna,Bert,Cora');
  await page.getByRole('button', { name: 'Cancel Bert' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.queue li').length === 2);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Nothing waits and nothing is at work.').waitFor();
  await page.getByRole('button', { name: 'Pause the queue' }).waitFor();
  await clear(page, runs);
});

await test('says why a run waits that no runner here can do', async (fresh) => {
  const page = await fresh({}, '/#/operate/queue');
  const run = await submit(page, 'For a card', { target_backend: 'cuda' });
  const row = page.locator('.queue li', { hasText: 'For a card' });
  await row.getByText('No runner here can do it.').waitFor();
  await row.getByText("with '--backend cuda'").waitFor();
  await visit(page, `#/runs/${run}`);
  // The page asks when it opens; a run that it follows is told of by an event after half a minute.
  await page.locator('.banner.waits', { hasText: 'No runner here can do it.' }).waitFor({ timeout: 90_000 });
  for (const [name, size] of [['light', { width: 1280, height: 800 }], ['narrow', { width: 360, height: 720 }]]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(pictures, `run-waits-${name}.png`) });
    await eventually(async () => assert.deepEqual(await accessible(page, `a run that waits, ${name}`), []));
  }
  await page.locator('.run-head').getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.banner.waits').waitFor({ state: 'detached' });
});

await test('lists the runner with what it offers and when it was heard of', async (fresh) => {
  const page = await fresh({}, '/#/operate/runners');
  await page.locator('.runner .state-succeeded', { hasText: 'Works' }).first().waitFor();
  await page.locator('.runner').first().getByText('cpu').waitFor();
  await page.getByText(/0 of \d+ places taken/).first().waitFor();
});

await test('lists models, and names those that the open workflow lacks', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  tinyModels(studio.host.folder);
  const definition = { vtxw_version: '1.0', meta: { name: 'Lacks' }, nodes: [{ id: 'a', type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'not-here.safetensors' }, ui: { x: 0, y: 0 } }], edges: [] };
  await page.locator('.files input[type=file]').setInputFiles({ name: 'lacks.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(definition)) });
  await page.waitForFunction(() => document.querySelector('input.name').value === 'Lacks');
  await page.getByRole('link', { name: 'Operate' }).click();
  await page.getByRole('link', { name: 'Models' }).click();
  await page.locator('.banner.bad', { hasText: 'not-here.safetensors' }).getByText('checkpoints').waitFor();
  await page.getByRole('heading', { name: 'checkpoints' }).waitFor();
  const all = await page.locator('.models li').count();
  await page.getByLabel('Search by name or folder').fill('vae');
  await page.waitForFunction((before) => document.querySelectorAll('.models li').length < before, all);
  await page.getByLabel('Search by name or folder').fill('nothing is called so');
  await page.getByText('No model is called so.').waitFor();
});

await test('says whether the server is well, and what is wrong when it is not', async (fresh) => {
  const page = await fresh({}, '/#/operate/health');
  await page.getByText('The server can take work').waitFor();
  await page.locator('.checks li', { hasText: 'Database' }).getByText('The database answers.').waitFor();
  await page.route('**/health/ready', (route) => route.fulfill({
    status: 503,
    contentType: 'application/json',
    body: JSON.stringify({ code: 'server.not_ready', message: 'x', details: { checks: [{ name: 'disk', status: 'unhealthy', description: 'Only 3 MB are free.', duration_ms: 1 }] }, request_id: 'req_1' }),
  }));
  await page.getByText('The server cannot take work.').waitFor();
  await page.locator('.checks li', { hasText: 'Only 3 MB are free.' }).getByText('Broken').waitFor();
  await page.unroute('**/health/ready');
  await page.route('**/health/ready', (route) => route.abort());
  await page.getByText('The server does not answer').waitFor();
});

await test('keeps the rules of accessibility in the views of operation', async (fresh) => {
  const found = [];
  const setup = await fresh();
  tinyModels(studio.host.folder);
  const runs = await three(setup);
  for (const [name, options] of [['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 }, colorScheme: 'light' }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    for (const [part, ready] of [['queue', '.queue li'], ['runners', '.runner'], ['models', '.models li'], ['health', '.checks li']]) {
      await visit(page, `#/operate/${part}`);
      await page.locator(ready).first().waitFor();
      await page.waitForTimeout(150); // pictures for people to look at; no assertion waits on it
      await page.screenshot({ path: join(pictures, `${part}-${name}.png`) });
      found.push(...(await accessible(page, `${part}, ${name}`)));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${part}, ${name}: ${wide} px too wide`);
    }
  }
  await clear(setup, runs);
  assert.deepEqual(found, []);
});
