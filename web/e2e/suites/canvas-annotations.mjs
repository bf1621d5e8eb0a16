// Groups and notes: brought from ComfyUI, changed by pointer and by keyboard, kept in the file.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, addByKey, catalogLoaded, draft, eventually, graph, pictures, studio, test } from '../harness.mjs';

/** As ComfyUI's editor writes it: notes are nodes there, groups have a bounding box. */
const comfy = {
  last_node_id: 4, last_link_id: 1, version: 0.4, config: {}, extra: {},
  nodes: [
    { id: 1, type: 'EmptyImage', pos: [40, 80], size: [300, 130], flags: {}, order: 0, mode: 0, inputs: [], outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }], properties: {}, widgets_values: [64, 64, 1, 255] },
    { id: 2, type: 'SaveImage', pos: [420, 80], size: [300, 130], flags: {}, order: 1, mode: 0, inputs: [{ name: 'images', type: 'IMAGE', link: 1 }], outputs: [], properties: {}, widgets_values: ['grouped'] },
    { id: 3, type: 'MarkdownNote', pos: [40, 320], size: [320, 130], flags: {}, order: 2, mode: 0, inputs: [], outputs: [], properties: {}, widgets_values: ['## Models\n- [a model](https://example.org/model)\n- **another** one'], color: '#432', bgcolor: '#653' },
    { id: 4, type: 'Note', pos: [420, 320], size: [300, 90], flags: {}, order: 3, mode: 0, inputs: [], outputs: [], properties: {}, widgets_values: ['Plain *words*.'] },
  ],
  links: [[1, 1, 0, 2, 0, 'IMAGE']],
  groups: [{ id: 1, title: 'Step 1: make', bounding: [20, 20, 340, 270], color: '#3f789e', font_size: 24, flags: {} }, { id: 2, title: 'Step 2: keep', bounding: [400, 20, 340, 270], color: '#88AA44', font_size: 24, flags: {} }],
};

export async function openGrouped(page) {
  await page.locator('.files input[type=file]').setInputFiles({ name: 'grouped.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(comfy)) });
  await page.locator('.annotation').nth(3).waitFor();
}

const group = (page, title) => page.locator('.annotation.group', { hasText: title });
const ui = async (page) => (await draft(page)).definition.ui;

async function pull(page, locator, dx, dy) {
  const { x, y, width, height } = await locator.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + dx, y + height / 2 + dy, { steps: 4 });
  await page.mouse.up();
}

await test('shows groups and notes of a ComfyUI file, moves a group with what lies in it, and exports the nodes unchanged', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openGrouped(page);
  await page.locator('.note strong', { hasText: 'another' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.note', { hasText: 'Plain *words*.' }).count(), 1));
  await eventually(async () => assert.equal(await page.locator('.note a').getAttribute('href'), 'https://example.org/model'));
  const exported = async () => {
    const answer = await page.request.post(`${studio.host.url}/v1/workflows/export?format=comfy-api`, { data: { definition: (await draft(page)).definition } });
    assert.equal(answer.status(), 200);
    return answer.text();
  };
  const before = (await draft(page)).definition;
  const api = await exported();
  assert.match(api, /EmptyImage/);
  await pull(page, group(page, 'Step 1').locator('.group-title'), 60, 30);
  const moved = (await draft(page)).definition;
  const [dx, dy] = [moved.ui.groups[0].x - before.ui.groups[0].x, moved.ui.groups[0].y - before.ui.groups[0].y];
  assert.ok(dx > 0 && dy > 0);
  assert.deepEqual([moved.nodes[0].ui.x - before.nodes[0].ui.x, moved.nodes[0].ui.y - before.nodes[0].ui.y], [dx, dy]);
  assert.deepEqual([moved.nodes[1], moved.ui.groups[1], moved.ui.notes], [before.nodes[1], before.ui.groups[1], before.ui.notes]);
  await eventually(async () => assert.equal(await exported(), api));
  await graph(page).focus();
  await page.keyboard.press('Control+z');
  await eventually(async () => assert.deepEqual((await draft(page)).definition, before));
  // Saved and opened again, everything is there.
  await page.keyboard.press('Control+s');
  await page.getByText('not saved').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('button', { name: /grouped/ }).first().click();
  await page.locator('.annotation').nth(3).waitFor();
  await eventually(async () => assert.deepEqual((await draft(page)).definition.ui, before.ui));
});

await test('makes, names, colours, resizes and deletes a group, and writes a note, by keyboard alone', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'EmptyImage');
  await addByKey(page, 'SaveImage');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('g');
  const title = page.getByLabel('Title', { exact: true });
  await title.waitFor();
  await page.waitForFunction(() => document.activeElement.id === 'annotation-text');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Made by key');
  await group(page, 'Made by key').waitFor();
  await page.getByText('2 nodes lie in it').waitFor();
  await page.getByRole('button', { name: 'Colour #3f789e' }).press('Enter');
  await eventually(async () => assert.equal((await ui(page)).groups[0].color, '#3f789e'));
  await page.keyboard.press('Escape'); // back to the graph
  const { width } = (await ui(page)).groups[0];
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await eventually(async () => assert.equal((await ui(page)).groups[0].width, width + 48));
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.activeElement.id === 'annotation-text' && document.activeElement.localName === 'textarea');
  await page.keyboard.type('# Remember\nto *look*');
  await page.locator('.note em', { hasText: 'look' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press(',');
  await page.locator('.annotation.group.focused').waitFor();
  await eventually(async () => assert.equal(await graph(page).getAttribute('aria-activedescendant'), 'annotation-group-0'));
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Delete');
  await group(page, 'Made by key').waitFor({ state: 'detached' });
  await eventually(async () => assert.deepEqual([(await draft(page)).definition.nodes.length, (await ui(page)).notes[0].text], [2, '# Remember\nto *look*']));
  await page.keyboard.press('Control+z');
  await group(page, 'Made by key').waitFor();
  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByRole('button', { name: /^Remember/ }).click();
  await page.locator('.annotation.note.focused').waitFor();
});

await test('resizes by its corner, and a box takes notes and nodes', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await openGrouped(page);
  const before = (await ui(page)).groups[1];
  await pull(page, group(page, 'Step 2').locator('.resize'), 40, 20);
  const after = (await ui(page)).groups[1];
  assert.ok(after.width > before.width && after.height > before.height && after.x === before.x);
  const { x, y, width, height } = await page.locator('.surface').boundingBox();
  await page.keyboard.down('Shift');
  await page.mouse.move(x + 4, y + 4);
  await page.mouse.down();
  await page.mouse.move(x + width - 210, y + height - 60, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await eventually(async () => assert.ok((await page.locator('.node.selected').count()) > 0 && (await page.locator('.annotation.selected').count()) > 0));
});

await test('shows groups and notes without violations, light, dark and narrow', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await openGrouped(page);
    await graph(page).focus();
    await page.keyboard.press('.');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Delete group' }).waitFor();
    await page.screenshot({ path: join(pictures, `groups-${name}.png`) });
    found.push(...(await accessible(page, `group, ${name}`)));
    await graph(page).focus();
    await page.keyboard.press(',');
    await page.getByRole('button', { name: 'Delete note' }).waitFor();
    await page.screenshot({ path: join(pictures, `notes-${name}.png`) });
    found.push(...(await accessible(page, `note, ${name}`)));
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.screenshot({ path: join(pictures, `outline-notes-${name}.png`) });
    found.push(...(await accessible(page, `outline with notes, ${name}`)));
  }
  assert.deepEqual(found, []);
});
