// Versions and what is different about them, going back, and export to ComfyUI.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, catalogLoaded, draft, eventually, graph, pictures, test } from '../harness.mjs';
import { openRow, selectNodes } from '../author-steps.mjs';

const sigma = async (page) => (await draft(page)).definition.nodes.find((node) => node.id === '3').inputs.sigma;

async function setSigma(page, value) {
  await selectNodes(page, '3');
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByLabel('sigma', { exact: true }).first().fill(String(value));
}

async function save(page) {
  await page.keyboard.press('Control+s');
  await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' });
}

await test('tells versions apart in words, restores one, and reverts to what is saved', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await save(page);
  await setSigma(page, 2);
  await save(page);
  await page.getByRole('tab', { name: 'Workflow' }).click();
  await page.getByRole('button', { name: 'What changed in version 2' }).click();
  await page.getByText('Sharpen Image: sigma 1 → 2').waitFor();
  await setSigma(page, 3);
  await selectNodes(page, '2');
  await graph(page).focus();
  await page.keyboard.press('Delete');
  await page.getByRole('tab', { name: 'Workflow' }).click();
  await page.getByRole('button', { name: 'What changed', exact: true }).first().click();
  await page.getByText('Sharpen Image: sigma 2 → 3').waitFor();
  await page.getByText('Invert Image Colors removed').waitFor();
  await page.getByText(/Empty Image, IMAGE → Invert Image Colors, image disconnected/).waitFor();
  await page.getByRole('button', { name: 'Revert to saved' }).click();
  await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await sigma(page), 2));
  await eventually(async () => assert.equal((await draft(page)).definition.nodes.length, 4));
  await graph(page).focus();
  await page.keyboard.press('Control+z');
  await eventually(async () => assert.equal(await sigma(page), 3));
  await page.getByText('not saved', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.nodes .node').length === 4);
  await eventually(async () => assert.equal(await sigma(page), 1));
  await save(page);
  await page.getByText('Version 3', { exact: false }).or(page.getByText('version 3')).first().waitFor();
  // Any two are compared.
  await page.getByRole('button', { name: 'What changed in version 3' }).click();
  await page.getByText('Sharpen Image: sigma 2 → 1').waitFor();
  await page.getByLabel('Compared with').selectOption({ label: 'version 1' });
  await page.getByText('Nothing changed.').waitFor();
  // What was done before a reload is taken back after it.
  await page.reload();
  await catalogLoaded(page);
  await graph(page).focus();
  await page.keyboard.press('Control+z');
  await eventually(async () => assert.equal(await sigma(page), 3));
  await page.keyboard.press('Control+y');
  await eventually(async () => assert.equal(await sigma(page), 1));
  await save(page);
  // An earlier version is opened as a workflow of its own.
  await page.getByRole('tab', { name: 'Workflow' }).click();
  await page.getByRole('button', { name: 'Open version 2' }).click();
  await page.waitForFunction(() => document.querySelector('input.name').value.endsWith(', version 2'));
  await eventually(async () => assert.equal(await sigma(page), 2));
  await eventually(async () => assert.equal((await draft(page)).stored, undefined));
});

await test('writes a file for ComfyUI and one of its own', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await selectNodes(page, '2', '3');
  await page.keyboard.press('s');
  await page.getByRole('tab', { name: 'Workflow' }).click();
  const take = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    return [download.suggestedFilename(), JSON.parse(readFileSync(await download.path(), 'utf8'))];
  };
  const [name, file] = await take('For ComfyUI’s server');
  assert.match(name, /^Row \d+\.comfyui-api\.json$/);
  assert.deepEqual(Object.values(file).map((one) => one.class_type).sort(), ['EmptyImage', 'ImageInvert', 'ImageSharpen', 'SaveImage']);
  await page.locator('.notice', { hasText: 'Everything was carried over' }).waitFor();
  const [, editor] = await take('For ComfyUI');
  assert.deepEqual([editor.nodes.length, editor.definitions.subgraphs[0].nodes.length], [3, 2]);
  const [, own] = await take('As a Vortex file');
  assert.equal(own.vtxw_version, '1.0');
  assert.equal(Object.keys(own.subgraphs).length, 1);
});

await test('has no violation of accessibility rules with versions', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await openRow(page);
    await save(page);
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.locator('[role=treeitem]', { hasText: 'Sharpen' }).click();
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByLabel('sigma', { exact: true }).first().fill('4');
    await graph(page).focus();
    await page.keyboard.press('Alt+ArrowDown');
    await save(page);
    await page.getByRole('tab', { name: 'Workflow' }).click();
    await page.getByRole('button', { name: 'What changed in version 2' }).click();
    await page.getByText('sigma 1 → 4').waitFor();
    await page.locator('vtx-versions').scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(pictures, `versions-${name}.png`) });
    found.push(...(await accessible(page, `versions, ${name}`)));
  }
  assert.deepEqual(found, []);
});
