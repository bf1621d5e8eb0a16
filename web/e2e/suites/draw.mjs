// Drawing: by keyboard and by pointer.
import assert from 'node:assert/strict';
import { addByKey, catalogLoaded, draft, eventually, graph, runEnds, test } from '../harness.mjs';

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
  await eventually(async () => assert.equal((await draft(page)).definition.edges.length, 2));
  await page.keyboard.press('Control+Enter');
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal(await page.locator('.gallery img').count(), 1));
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelectorAll('.node').length === 0);
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+Shift+z');
  await page.waitForFunction(() => document.querySelectorAll('.node').length === 3);
  await eventually(async () => assert.equal((await draft(page)).definition.edges.length, 2));
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
  await eventually(async () => assert.equal(await page.locator('.node[data-node="1"] .port-input.fits').count(), 0));
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
  await eventually(async () => assert.deepEqual((await draft(page)).definition, before));
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
  await eventually(async () => assert.equal((await draft(page)).definition.nodes[0].inputs.width, 64));
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('button', { name: 'Ausführen', exact: true }).waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.documentElement.lang), 'de'));
});
