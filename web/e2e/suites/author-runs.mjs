// Workflow inputs, and runs of a part of a workflow.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, catalogLoaded, draft, eventually, graph, openSmall, pictures, runButton, runEnds, studio, test } from '../harness.mjs';
import { openRow, selectNodes, whilePaused } from '../author-steps.mjs';

const lastRun = async (page) => (await page.request.get(`${studio.host.url}/v1/runs/${(await draft(page)).runId}`)).json();
const states = (page) => page.locator('.timeline li').evaluateAll((all) => Object.fromEntries(all.map((one) => [one.querySelector('button, span').textContent.trim(), one.querySelector('.state').className.replace(/.*state-/, '')])));

await test('makes a value a workflow input, runs with it, and takes it back', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await selectNodes(page, '3');
  await page.getByRole('button', { name: 'Make sigma an input of the workflow' }).click();
  await page.getByText('Set by the workflow’s input sigma').waitFor();
  await page.getByRole('tab', { name: 'Workflow' }).click();
  await page.getByLabel('Name of input sigma').fill('strength');
  await page.getByLabel('Name of input sigma').press('Enter');
  await page.getByLabel('Default', { exact: true }).fill('2.5');
  await page.getByLabel('Description').fill('How crisp.');
  const { definition } = await draft(page);
  assert.deepEqual(definition.inputs, [{ name: 'strength', type: 'Number', default: 2.5, description: 'How crisp.', targets: [{ node: '3', port: 'sigma' }] }].map(({ description, ...one }) => ({ ...one, description })));
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  // The same with the value from outside is the same result.
  const same = await page.request.post(`${studio.host.url}/v1/runs`, { data: { definition: { ...definition, inputs: [{ ...definition.inputs[0], default: 1 }] }, inputs: { strength: 2.5 } } });
  const { run_id } = await same.json();
  await page.evaluate((id) => (location.hash = `#/runs/${id}`), run_id);
  await runEnds(page, 'Succeeded');
  assert.equal((await (await page.request.get(`${studio.host.url}/v1/runs/${run_id}`)).json()).summary.succeeded, 0);
  await page.evaluate(() => (location.hash = '#/'));
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: 'Take sigma back from the inputs' }).click();
  const after = (await draft(page)).definition;
  assert.equal(after.inputs, undefined);
  assert.equal(after.nodes.find((node) => node.id === '3').inputs.sigma, 2.5);
});

await test('runs only what a node needs, and from a node on anew', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await selectNodes(page, '2');
  await graph(page).focus();
  await page.keyboard.press('t');
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal((await lastRun(page)).summary.nodes, 2));
  await runButton(page).click();
  await page.waitForFunction(() => document.querySelectorAll('.timeline li').length === 4);
  await runEnds(page, 'Succeeded');
  await selectNodes(page, '3');
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: 'Run from here' }).click();
  await page.locator('.run-list summary', { hasText: '3 runs' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.timeline .state-succeeded').length === 2);
  await runEnds(page, 'Succeeded');
  const run = await lastRun(page);
  assert.deepEqual(run.options.refresh, ['3']);
  assert.deepEqual([run.summary.succeeded, run.summary.cached], [2, 2]);
  const seen = await states(page);
  assert.deepEqual([seen['Sharpen Image'], seen['Save Image']], ['succeeded', 'succeeded'], JSON.stringify(seen));
  // Inside a subgraph as well: the run names what is in it.
  await selectNodes(page, '2', '3');
  await page.keyboard.press('s');
  await page.keyboard.press('Shift+T');
  await page.locator('.run-list summary', { hasText: '4 runs' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.timeline .state-succeeded').length === 3);
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal((await lastRun(page)).options.refresh.length, 2));
});

await test('shows several runs at once, and an opened file does not take a run of before', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  await whilePaused(page, async () => {
    await runButton(page).click();
    await page.locator('.run-head').waitFor();
    await graph(page).focus();
    await page.keyboard.press('Control+Enter');
    await page.locator('.run-list summary', { hasText: '2 runs' }).waitFor();
    await page.locator('.run-list li').nth(1).getByRole('button').first().click();
    await page.locator('.run-list li').nth(1).getByRole('button', { name: /Cancel the run/ }).click();
    await runEnds(page, 'Canceled');
    await page.locator('.run-list li').first().getByRole('button').first().click();
    // The file is there before the server says that it took the run.
    let take;
    const asked = new Promise((done) => (take = done));
    await page.route('**/v1/runs', (route) => (route.request().method() === 'POST' ? take(route) : void route.continue()));
    await runButton(page).click();
    const held = await asked;
    page.on('dialog', (dialog) => void dialog.accept());
    await openSmall(page);
    await held.continue();
    await page.locator('.notice', { hasText: /The run of Small \d+ goes on/ }).waitFor();
    await eventually(async () => assert.equal((await draft(page)).runId, undefined));
    await page.unroute('**/v1/runs');
  });
});

await test('has no violation of accessibility rules with inputs and several runs', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await openRow(page);
    await page.getByRole('tab', { name: 'Workflow' }).click();
    await page.screenshot({ path: join(pictures, `inputs-empty-${name}.png`) });
    found.push(...(await accessible(page, `no inputs, ${name}`)));
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.locator('[role=treeitem]', { hasText: 'Sharpen' }).click();
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Make sigma an input of the workflow' }).click();
    await page.screenshot({ path: join(pictures, `inspector-input-${name}.png`) });
    found.push(...(await accessible(page, `inspector with an input, ${name}`)));
    await page.getByRole('tab', { name: 'Workflow' }).click();
    await page.screenshot({ path: join(pictures, `inputs-${name}.png`) });
    found.push(...(await accessible(page, `inputs, ${name}`)));
    for (let count = 0; count < 2; count++) {
      await runButton(page).click();
      await runEnds(page, 'Succeeded');
      await page.waitForFunction((least) => (document.querySelectorAll('.run-list li').length >= least), count === 0 ? 0 : 2);
    }
    await page.locator('.run-list summary').click();
    await page.screenshot({ path: join(pictures, `runs-list-${name}.png`) });
    found.push(...(await accessible(page, `several runs, ${name}`)));
  }
  assert.deepEqual(found, []);
});
