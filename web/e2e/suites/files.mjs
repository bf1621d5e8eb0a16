// What is brought, kept and opened again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addByKey, catalogLoaded, draft, eventually, graph, openSample, pictures, runButton, runEnds, sample, test, upload } from '../harness.mjs';

await test('opens a ComfyUI file with its report, runs it, and the second run is served from the cache', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSample(page);
  await page.locator('.problems .entry', { hasText: 'photo.png' }).first().waitFor();
  await upload(page);
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal(await page.locator('.gallery img').count(), 2));
  await page.waitForFunction(() => [...document.querySelectorAll('.gallery img')].every((one) => one.naturalWidth > 0));
  await page.screenshot({ path: join(pictures, 'editor-light.png') });
  const first = (await draft(page)).runId;
  await runButton(page).click();
  // What is shown may be served from the cache already: what follows is said of the second run.
  await page.waitForFunction((before) => (dispatchEvent(new Event('pagehide')), JSON.parse(localStorage.getItem('vortex.draft')).runId !== before), first);
  await page.locator('.run-progress', { hasText: 'from cache' }).waitFor();
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal(await page.locator('.timeline .state-succeeded').count(), 0));
  await eventually(async () => assert.ok((await page.locator('.timeline .state-cached').count()) > 0));
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
  await eventually(async () => assert.equal((await draft(page)).definition.nodes.length > 5, true));
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
