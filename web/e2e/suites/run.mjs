// Running, and what happens in the middle of it.
import assert from 'node:assert/strict';
import { startHost } from '../host.mjs';
import { addByKey, catalogLoaded, eventually, graph, openSmall, runButton, runEnds, studio, test } from '../harness.mjs';

await test('lists problems, and an entry leads to its node', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'SaveImage');
  await runButton(page).click();
  await page.locator('.notice.bad').waitFor();
  await page.locator('.problems button.entry').first().click();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'application'));
  await page.waitForFunction(() => document.querySelectorAll('.node.selected').length === 1);
});

await test('loses nothing when it is reloaded in the middle of a run, and can cancel it', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  // Nothing is handed out while the queue is paused, so that the run is surely not over when the page comes back.
  await page.request.post(`${studio.host.url}/v1/queue/pause`);
  await page.getByLabel('Workflow name').fill('Reloaded');
  await runButton(page).click();
  await page.locator('.run-head').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('.run-head').waitFor();
  await eventually(async () => assert.equal(await page.getByLabel('Workflow name').inputValue(), 'Reloaded'));
  await page.locator('.bar').getByRole('button', { name: 'Cancel' }).waitFor();
  await page.request.post(`${studio.host.url}/v1/queue/resume`);
  await runEnds(page, 'Succeeded');
  await page.request.post(`${studio.host.url}/v1/queue/pause`);
  page.on('dialog', (dialog) => void dialog.accept());
  await openSmall(page);
  await runButton(page).click();
  await page.locator('.bar').getByRole('button', { name: 'Cancel' }).click();
  await runEnds(page, 'Canceled');
  await page.request.post(`${studio.host.url}/v1/queue/resume`);
});

await test('connects again by itself when the server is killed and comes back', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  await page.request.post(`${studio.host.url}/v1/queue/pause`);
  await runButton(page).click();
  await page.locator('.run-head').waitFor();
  const { url, folder } = studio.host;
  await studio.host.stop('SIGKILL');
  await page.getByText('Trying again').waitFor();
  studio.host = await startHost(new URL(url).port, folder);
  await page.request.post(`${studio.host.url}/v1/queue/resume`);
  await runEnds(page, 'Succeeded');
});
