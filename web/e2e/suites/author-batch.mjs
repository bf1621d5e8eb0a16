// A grid of runs over values of the workflow's inputs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, catalogLoaded, eventually, pictures, studio, test } from '../harness.mjs';
import { openRow, selectNodes, whilePaused } from '../author-steps.mjs';

/** The row of nodes with two inputs, at the form for a batch. */
async function openForm(page, narrow = false) {
  await catalogLoaded(page);
  await openRow(page);
  if (narrow) {
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.locator('[role=treeitem]', { hasText: 'Sharpen' }).click();
  } else await selectNodes(page, '3');
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: 'Make sigma an input of the workflow' }).click();
  await page.getByRole('button', { name: 'Make sharpen_radius an input of the workflow' }).click();
  await page.getByRole('tab', { name: 'Workflow' }).click();
  await page.getByRole('link', { name: 'Run over a grid of values' }).click();
  await page.getByRole('heading', { name: 'Batch', exact: true }).waitFor();
}

async function fill(page) {
  await page.getByRole('button', { name: 'Vary sharpen_radius' }).click();
  await page.getByRole('button', { name: 'Vary sigma' }).click();
  await page.locator('.axis').nth(0).getByLabel('Values').selectOption('range');
  await page.locator('.axis').nth(0).getByLabel('from').fill('1');
  await page.locator('.axis').nth(0).getByLabel('to').fill('2');
  await page.locator('.axis').nth(1).getByLabel('Numbers').fill('0.5, 1, 2');
}

await test('runs over a grid and shows the pictures under their values, also after a reload', async (fresh) => {
  const page = await fresh();
  await openForm(page);
  await fill(page);
  await page.locator('.batch-count', { hasText: '6 runs' }).waitFor();
  await page.locator('.axis').nth(1).getByLabel('Numbers').fill('0.5, many');
  await page.getByText('“many” is no value').waitFor();
  await eventually(async () => assert.equal(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled(), true));
  await page.locator('.axis').nth(1).getByLabel('Numbers').fill('0.5, 1, 2');
  await whilePaused(page, async () => {
    await page.getByRole('button', { name: 'Start 6 runs' }).click();
    await page.locator('.batch-grid').waitFor();
    await page.reload();
    await page.locator('.batch-grid').waitFor();
  });
  await page.waitForFunction(() => document.querySelectorAll('.batch-grid img').length === 6, undefined, { timeout: 60_000 });
  // Up to a thousand pictures: small copies do.
  assert.equal(await page.locator('.batch-grid img:not([src*="width=512"])').count(), 0);
  await eventually(async () => assert.deepEqual(await page.locator('.batch-grid thead th').allInnerTexts(), ['sharpen_radius', 'sigma 0.5', 'sigma 1', 'sigma 2']));
  await eventually(async () => assert.deepEqual(await page.locator('.batch-grid tbody th').allInnerTexts(), ['1', '2']));
  const tag = `batch-${(await page.evaluate(() => location.hash)).split('/')[2]}`;
  const { items } = await (await page.request.get(`${studio.host.url}/v1/runs?tag=${tag}`)).json();
  assert.equal(items.length, 6);
  await page.screenshot({ path: join(pictures, 'batch-light.png') });
  // Another browser has only the address.
  const other = await fresh({}, `/${await page.evaluate(() => location.hash)}`);
  await other.waitForFunction(() => document.querySelectorAll('.batch-grid img').length === 6);
  assert.deepEqual(await other.locator('.batch-grid thead th').allInnerTexts(), ['sharpen_radius', 'sigma 0.5', 'sigma 1', 'sigma 2']);
  await page.locator('.batch-grid a').first().click();
  await page.locator('.run-head').waitFor();
});

await test('asks before many runs, and cancels all of them', async (fresh) => {
  const page = await fresh();
  await openForm(page);
  await page.getByRole('button', { name: 'Vary sigma' }).click();
  await page.locator('.axis').getByLabel('Values').selectOption('range');
  await page.locator('.axis').getByLabel('from').fill('0.1');
  await page.locator('.axis').getByLabel('to').fill('2.5');
  await page.locator('.axis').getByLabel('step').fill('0.1');
  await whilePaused(page, async () => {
    await page.getByRole('button', { name: 'Start 25 runs' }).click();
    await page.getByRole('alertdialog').getByText('This starts 25 runs').waitFor();
    await eventually(async () => assert.equal(await page.locator('.batch-grid').count(), 0));
    await page.getByRole('alertdialog').getByRole('button', { name: 'Start 25 runs' }).click();
    await page.locator('.batch-grid td .state-queued').first().waitFor();
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('.batch-grid td')].every((one) => one.textContent.includes('Canceled')), undefined, { timeout: 60_000 });
  });
});

await test('has no violation of accessibility rules in a batch', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await openForm(page, name === 'narrow');
    found.push(...(await accessible(page, `batch without axes, ${name}`)));
    await fill(page);
    await page.screenshot({ path: join(pictures, `batch-form-${name}.png`) });
    found.push(...(await accessible(page, `batch form, ${name}`)));
    await page.getByRole('button', { name: 'Start 6 runs' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.batch-grid img').length === 6, undefined, { timeout: 60_000 });
    await page.screenshot({ path: join(pictures, `batch-grid-${name}.png`) });
    found.push(...(await accessible(page, `batch, ${name}`)));
  }
  assert.deepEqual(found, []);
});
