// Pictures that are dropped, and pictures of what is being sampled.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, tinyModels } from '../host.mjs';
import { catalogLoaded, draft, openSmall, photo, runButton, runEnds, studio, test } from '../harness.mjs';

/** Drops a file on the page as a person does. */
async function drop(page, bytes, name, type) {
  const data = await page.evaluateHandle(([base64, fileName, mediaType]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], fileName, { type: mediaType }));
    return transfer;
  }, [bytes.toString('base64'), name, type]);
  await page.dispatchEvent('vtx-app-shell', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('vtx-app-shell', 'drop', { dataTransfer: data });
}

await test('opens the workflow of a picture that is dropped, and it makes the same picture again', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openSmall(page);
  await page.getByLabel('Workflow name').fill('Dropped later');
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  const before = await draft(page);
  const { items } = await (await page.request.get(`${studio.host.url}/v1/runs/${before.runId}/artifacts`)).json();
  const picture = await (await page.request.get(studio.host.url + items[0].url)).body();
  const other = await fresh();
  await catalogLoaded(other);
  await drop(other, picture, 'any-name.png', 'image/png');
  await other.waitForFunction(() => document.querySelector('input.name').value === 'Dropped later');
  const opened = (await draft(other)).definition;
  assert.deepEqual(opened.nodes.map((node) => [node.id, node.type, node.inputs]), before.definition.nodes.map((node) => [node.id, node.type, node.inputs]));
  assert.deepEqual(opened.edges, before.definition.edges);
  await runButton(other).click();
  await runEnds(other, 'Succeeded');
  await other.locator('.run-progress', { hasText: 'from cache' }).waitFor();
});

await test('uses a picture without a workflow: it is uploaded and gets a node that loads it', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await drop(page, readFileSync(photo), 'holiday.png', 'image/png');
  await page.locator('.node', { hasText: 'holiday.png' }).waitFor();
  const [node] = (await draft(page)).definition.nodes;
  assert.deepEqual([node.type, node.inputs.image], ['LoadImage', 'holiday.png']);
  const { items } = await (await page.request.get(`${studio.host.url}/v1/uploads?limit=200`)).json();
  assert.ok(items.some((item) => item.name === 'holiday.png'));
});

await test('shows what is being sampled, step by step', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  tinyModels(studio.host.folder);
  // The page keeps what it shows while a run goes on: afterwards only the result is there.
  await page.evaluate(() => {
    window.previews = new Set();
    new MutationObserver(() => {
      for (const one of document.querySelectorAll('img.step-preview, img.node-picture')) if (one.src.startsWith('data:image/')) window.previews.add(`${one.className} ${one.src}`);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] });
  });
  const sample = JSON.parse(readFileSync(join(root, 'samples/text-to-image/text-to-image.api.json'), 'utf8'));
  const sampler = Object.values(sample).find((node) => node.class_type === 'KSampler');
  // Previews come four times a second at most: so many steps that no machine is done before there are several.
  Object.assign(sampler.inputs, { steps: 10_000, seed: 4242 });
  const latent = Object.values(sample).find((node) => node.class_type === 'EmptyLatentImage');
  Object.assign(latent.inputs, { width: 256, height: 256 });
  await page.locator('.files input[type=file]').setInputFiles({ name: 'sampled.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(sample)) });
  await page.waitForFunction(() => document.querySelector('input.name').value === 'sampled');
  await page.getByRole('button', { name: 'Show all' }).click();
  await runButton(page).click();
  await page.waitForFunction(() => {
    const of = (name) => [...window.previews].filter((one) => one.startsWith(name)).length;
    return of('step-preview') >= 2 && of('node-picture') >= 1;
  }, undefined, { timeout: 120_000 });
  await page.locator('.bar').getByRole('button', { name: 'Cancel' }).click();
  await runEnds(page, 'Canceled');
});
