// Subgraphs: made, entered, shared, unpacked; and run as what they stand for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, addByKey, catalogLoaded, draft, eventually, graph, pictures, runButton, runEnds, studio, test } from '../harness.mjs';
import { openRow, selectNodes } from '../author-steps.mjs';

const nodes = (page) => page.locator('.nodes .node').evaluateAll((all) => all.map((one) => one.dataset.node).sort());
const crumbs = (page) => page.locator('.breadcrumbs li').allInnerTexts();

await test('makes a subgraph that runs from the cache, is entered and left, and is unpacked again', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  await selectNodes(page, '2', '3');
  await page.keyboard.press('s');
  await page.waitForFunction(() => document.querySelectorAll('.nodes .node').length === 3);
  const made = (await draft(page)).definition;
  assert.equal(made.nodes.length, 3);
  assert.deepEqual(Object.values(made.subgraphs)[0].inputs, [{ name: 'image', type: 'Image' }]);
  await runButton(page).click();
  await page.locator('.run-progress', { hasText: 'from cache' }).waitFor();
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal(await page.locator('.timeline .state-succeeded').count(), 0));
  const instance = page.locator('.node', { hasText: 'Subgraph' });
  await instance.locator('.state-cached').waitFor();
  await instance.locator('.node-head').dblclick();
  await page.locator('.breadcrumbs').waitFor();
  await page.locator('.node[data-node="$in"]').waitFor(); // with the next frame
  await eventually(async () => assert.deepEqual(await nodes(page), ['$in', '$out', '2', '3']));
  await page.locator('.node[data-node="3"] .state-cached').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.breadcrumbs').waitFor({ state: 'detached' });
  // By key: the instance has the focus again.
  await page.keyboard.press('Enter');
  await page.locator('.breadcrumbs').waitFor();
  await page.locator('.breadcrumbs button').first().click();
  await page.locator('.breadcrumbs').waitFor({ state: 'detached' });
  await graph(page).focus();
  await page.keyboard.press('Shift+S');
  await page.waitForFunction(() => document.querySelectorAll('.nodes .node').length === 4);
  await runButton(page).click();
  await page.locator('.run-progress', { hasText: 'from cache' }).waitFor();
  await runEnds(page, 'Succeeded');
  await eventually(async () => assert.equal(await page.locator('.timeline .state-succeeded').count(), 0));
  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByRole('button', { name: 'Delete unused subgraphs' }).click();
  await eventually(async () => assert.equal((await draft(page)).definition.subgraphs, undefined));
  await graph(page).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('Control+z');
  await eventually(async () => assert.equal((await draft(page)).definition.nodes.length, 4));
  await eventually(async () => assert.equal((await draft(page)).definition.subgraphs, undefined));
});

await test('shares one definition among instances, exposes a value, and a reload stays inside', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await selectNodes(page, '2', '3');
  await page.keyboard.press('s');
  await page.keyboard.press('Control+d');
  await page.waitForFunction(() => document.querySelectorAll('.nodes .node').length === 4);
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByText('2 nodes share this subgraph').waitFor();
  await graph(page).focus();
  await page.keyboard.press('Enter');
  await page.locator('.breadcrumbs').waitFor();
  await page.locator('.node[data-node="3"] .node-head').click();
  await page.getByRole('button', { name: 'Make sigma a port of the subgraph' }).click();
  await page.locator('.node[data-node="$in"] .node-head').click();
  await page.getByLabel('Name of port sigma').fill('strength');
  await page.getByLabel('Name of port sigma').press('Enter');
  await page.getByRole('button', { name: 'Move strength up' }).click();
  await page.reload();
  await page.locator('.breadcrumbs').waitFor();
  await eventually(async () => assert.equal((await crumbs(page)).length, 2));
  await page.locator('.node[data-node="$in"] .node-head').click();
  await page.getByLabel('Name of port strength').waitFor();
  await page.locator('.breadcrumbs button').first().click();
  await page.waitForFunction(() => [...document.querySelectorAll('.nodes .node')].filter((one) => one.textContent.includes('strength')).length === 2);
  // The value of one instance is its own.
  const instance = page.locator('.node', { hasText: 'strength' }).first();
  await instance.locator('.node-head').click();
  await page.getByLabel('strength', { exact: true }).first().fill('3');
  await page.getByRole('button', { name: 'Own copy' }).click();
  await page.getByText('Only this node uses this subgraph').waitFor();
  const { definition } = await draft(page);
  assert.equal(Object.keys(definition.subgraphs).length, 2);
  assert.deepEqual(definition.nodes.filter((node) => node.type.startsWith('subgraph:')).map((node) => node.inputs?.strength ?? null).sort(), [3, null]);
});

await test('leads from a problem inside a subgraph to its node, and shows levels in the outline', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openRow(page);
  await selectNodes(page, '2', '3');
  await page.keyboard.press('s');
  await page.keyboard.press('Enter');
  await page.locator('.breadcrumbs').waitFor();
  await graph(page).focus();
  await addByKey(page, 'SaveImage');
  await page.keyboard.press('u');
  await page.locator('.breadcrumbs').waitFor({ state: 'detached' });
  await page.locator('.node.has-problems').waitFor();
  await page.getByRole('tab', { name: 'Problems' }).click();
  await page.locator('.problems button.entry').first().click();
  await page.locator('.breadcrumbs').waitFor();
  await page.locator('.node.selected', { hasText: 'Save Image' }).waitFor();
  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.locator('[role=treeitem][aria-level="2"]').first().waitFor();
  await eventually(async () => assert.equal(await page.locator('[role=treeitem][aria-level="2"]').count(), 3));
  await page.locator('[role=treeitem][aria-level="1"]').first().click();
  await page.locator('.breadcrumbs').waitFor({ state: 'detached' });
  // By key: the branch is closed and opened.
  await page.locator('[role=treeitem][aria-expanded=true]').focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('[role=treeitem][aria-level="2"]').first().waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.breadcrumbs').waitFor();
});

await test('opens subgraphs that ComfyUI saved, enters them, and writes them for ComfyUI again', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  // Two nested subgraphs as ComfyUI's editor saves them.
  const port = (id, name, type, linkIds) => ({ id, name, type, linkIds });
  const subgraph = (id, name, nodes, links, inputs, outputs) => ({ id, version: 1, state: {}, name, inputNode: { id: -10, bounding: [0, 0, 100, 100] }, outputNode: { id: -20, bounding: [600, 0, 100, 100] }, inputs, outputs, widgets: [], nodes, groups: [], links });
  const node = (id, type, x, inputs, outputs, widgets = []) => ({ id, type, pos: [x, 0], size: [200, 100], flags: {}, order: id, mode: 0, inputs, outputs, properties: {}, widgets_values: widgets });
  const [inner, outer] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const image = (link) => [{ name: 'image', type: 'IMAGE', link }];
  const gives = (...links) => [{ name: 'IMAGE', type: 'IMAGE', links }];
  const wire = (id, from, to) => ({ id, origin_id: from, origin_slot: 0, target_id: to, target_slot: 0, type: 'IMAGE' });
  const through = (name, id, inside) => subgraph(id, name, [inside], [wire(1, -10, inside.id), wire(2, inside.id, -20)], [port(`${name}-in`, 'image', 'IMAGE', [1])], [port(`${name}-out`, 'IMAGE', 'IMAGE', [2])]);
  const file = {
    id: '33333333-3333-4333-8333-333333333333', revision: 0, last_node_id: 9, last_link_id: 9,
    nodes: [node(1, 'EmptyImage', 0, [], gives(1), [64, 64, 1, 255]), node(2, outer, 300, image(1), gives(2)), node(3, 'SaveImage', 600, [{ name: 'images', type: 'IMAGE', link: 2 }], [], ['nested'])],
    links: [[1, 1, 0, 2, 0, 'IMAGE'], [2, 2, 0, 3, 0, 'IMAGE']],
    groups: [], config: {}, extra: {}, version: 0.4,
    definitions: { subgraphs: [through('Outer', outer, node(5, inner, 300, image(1), gives(2))), through('Inner', inner, node(7, 'ImageInvert', 300, image(1), gives(2)))] },
  };
  await page.locator('.files input[type=file]').setInputFiles({ name: 'nested.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await page.getByRole('heading', { name: 'Import report' }).waitFor();
  await page.locator('.node', { hasText: 'Outer' }).locator('.node-head').dblclick();
  await page.locator('.node', { hasText: 'Inner' }).locator('.node-head').dblclick();
  await page.locator('.node', { hasText: 'Invert' }).waitFor();
  await eventually(async () => assert.deepEqual((await crumbs(page)).map((one) => one.replace(/^›\s*/, '')), ['nested', 'Outer', 'Inner']));
  await runButton(page).click();
  await runEnds(page, 'Succeeded');
  await page.locator('.node', { hasText: 'Invert' }).locator('.state-succeeded').waitFor();
  const { definition } = await draft(page);
  const exported = await page.request.post(`${studio.host.url}/v1/workflows/export?format=comfy-api`, { data: { definition } });
  await eventually(async () => assert.deepEqual(Object.values(await exported.json()).map((one) => one.class_type).sort(), ['EmptyImage', 'ImageInvert', 'SaveImage']));
});

await test('has no violation of accessibility rules inside a subgraph', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await openRow(page).catch(() => undefined);
    await graph(page).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('s');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByText('Only this node uses this subgraph').waitFor();
    await page.screenshot({ path: join(pictures, `subgraph-outside-${name}.png`) });
    found.push(...(await accessible(page, `subgraph outside, ${name}`)));
    await graph(page).focus();
    await page.keyboard.press('Enter');
    await page.locator('.breadcrumbs').waitFor();
    await page.locator('.port-list, .hint').first().waitFor();
    await page.screenshot({ path: join(pictures, `subgraph-${name}.png`) });
    found.push(...(await accessible(page, `subgraph, ${name}`)));
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.screenshot({ path: join(pictures, `subgraph-outline-${name}.png`) });
    found.push(...(await accessible(page, `outline with levels, ${name}`)));
  }
  assert.deepEqual(found, []);
});
