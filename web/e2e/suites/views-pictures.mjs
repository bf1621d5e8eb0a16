// The gallery, one artifact, its lineage, and two of them compared.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, catalogLoaded, draft, eventually, graph, pictures, runButton, runEnds, studio, test } from '../harness.mjs';

/** Makes a picture of one colour with a workflow of a name, and waits for it. */
async function make(page, name, color, { width = 64, height = 64, tags = [], prefix = 'made' } = {}) {
  const definition = {
    vtxw_version: '1.0',
    meta: { name },
    nodes: [
      { id: 'a', type: 'EmptyImage', inputs: { width, height, batch_size: 1, color }, ui: { x: 0, y: 0 } },
      { id: 'b', type: 'SaveImage', inputs: { filename_prefix: prefix }, ui: { x: 320, y: 0 } },
    ],
    edges: [{ from: { node: 'a', port: 'IMAGE' }, to: { node: 'b', port: 'images' } }],
  };
  const response = await page.request.post(`${studio.host.url}/v1/runs`, { data: { definition, options: { tags } } });
  assert.equal(response.status(), 202);
  const { run_id } = await response.json();
  for (;;) {
    const run = await (await page.request.get(`${studio.host.url}/v1/runs/${run_id}`)).json();
    if (run.status === 'succeeded') break;
    assert.ok(run.status === 'queued' || run.status === 'running', run.status);
    await page.request.get(`${studio.host.url}/v1/runs/${run_id}/events?limit=1`);
  }
  const { items } = await (await page.request.get(`${studio.host.url}/v1/runs/${run_id}/artifacts`)).json();
  return { ...items[0], run_id };
}

const tiles = (page) => page.locator('.tile');
const names = (page) => page.locator('.tile-name').allTextContents();
const visit = (page, hash) => page.goto(`${studio.host.url}/${hash}`);

await test('narrows the gallery, keeps the filter in the address, and shows what is new', async (fresh) => {
  const page = await fresh({}, '/#/gallery?tag=nobody-has-this');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await page.locator('.gallery-empty').getByRole('link', { name: 'Show everything' }).click();
  await page.waitForFunction(() => location.hash === '#/gallery');
  await make(page, 'First', 0x112233, { tags: ['set-1'], prefix: 'one' });
  await make(page, 'Second', 0x223344, { tags: ['set-1'], prefix: 'two' });
  await visit(page, '#/gallery?tag=set-1');
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 2);
  await eventually(async () => assert.match((await names(page))[0], /^two/));
  // Small copies are asked for, not the pictures.
  await page.waitForFunction(() => [...document.querySelectorAll('.tile img')].every((one) => one.naturalWidth > 0 && one.src.includes('width=256')));
  await page.getByRole('combobox', { name: 'File' }).selectOption('video');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => location.hash), '#/gallery?media=video&tag=set-1'));
  await page.reload();
  await eventually(async () => assert.equal(await page.getByRole('combobox', { name: 'File' }).inputValue(), 'video'));
  await page.getByRole('combobox', { name: 'File' }).selectOption('');
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 2);
  await page.getByLabel('From', { exact: true }).fill('2099-01-01');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
});

await test('goes through the gallery by keyboard alone and opens a picture', async (fresh) => {
  const page = await fresh();
  for (const [at, color] of [0x300000, 0x003000, 0x000030].entries()) await make(page, `Key ${at}`, color, { tags: ['keys'], prefix: `key${at}` });
  await visit(page, '#/gallery?tag=keys');
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 3);
  await page.locator('.tile a').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await page.locator('.gallery-compare').getByRole('link', { name: 'Compare' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.tile a[tabindex="0"]').count(), 1));
  await page.keyboard.press('Home');
  await eventually(async () => assert.match(await page.evaluate(() => document.activeElement.textContent), /key2/));
  await page.keyboard.press('Enter');
  await page.locator('.detail-name', { hasText: 'key2' }).waitFor();
});

await test('shows how a picture was made, and runs it again in three steps', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  const made = await make(page, 'Again please', 0x447711, { tags: ['again'], prefix: 'again' });
  await visit(page, '#/gallery?tag=again');
  await tiles(page).first().locator('a').click(); // 1
  await page.locator('.lineage-node').first().waitFor();
  await eventually(async () => assert.equal(await page.locator('.lineage-node').count(), 3));
  await page.getByText('As a list (2 nodes)').click();
  await page.locator('.lineage-list dd', { hasText: String(0x447711) }).waitFor();
  await page.getByText('64 × 64').waitFor();
  await page.getByRole('button', { name: 'Open its workflow' }).click(); // 2
  await page.waitForFunction(() => location.hash === '#/' && document.querySelector('input.name')?.value === 'Again please');
  await eventually(async () => assert.equal((await draft(page)).definition.nodes.find((one) => one.id === 'a').inputs.color, 0x447711));
  await runButton(page).click(); // 3
  await runEnds(page, 'Succeeded');
  await page.locator('.run-progress', { hasText: 'from cache' }).waitFor();
  // The result of a run leads to its picture, and the picture runs again by itself.
  await page.locator('vtx-run-view .gallery a').click();
  await page.locator('.detail-name').waitFor();
  const before = new URL(page.url()).hash;
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.waitForFunction(() => location.hash === '#/');
  await runEnds(page, 'Succeeded');
  await page.locator('vtx-run-view .gallery a').click();
  await page.locator('.detail-name').waitFor();
  assert.notEqual(new URL(page.url()).hash, before);
  assert.notEqual(before, `#/artifacts/${made.artifact_id}`);
});

await test('opens the very run again: values and seeds its caller gave', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  const definition = {
    vtxw_version: '1.0',
    meta: { name: 'With inputs' },
    nodes: [
      { id: 'a', type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 1 }, ui: { x: 0, y: 0 } },
      { id: 'b', type: 'SaveImage', inputs: { filename_prefix: 'inputs' }, ui: { x: 320, y: 0 } },
    ],
    edges: [{ from: { node: 'a', port: 'IMAGE' }, to: { node: 'b', port: 'images' } }],
    inputs: [{ name: 'shade', type: 'Integer', targets: [{ node: 'a', port: 'color' }] }],
  };
  const { run_id } = await (await page.request.post(`${studio.host.url}/v1/runs`, { data: { definition, inputs: { shade: 77 } } })).json();
  await visit(page, `#/runs/${run_id}`);
  await page.locator('vtx-run-view .gallery a').click();
  await page.getByRole('button', { name: 'Open its workflow' }).click();
  await page.waitForFunction(() => document.querySelector('input.name')?.value === 'With inputs');
  const kept = (await draft(page)).definition;
  assert.equal(kept.nodes.find((one) => one.id === 'a').inputs.color, 77);
  assert.equal(kept.inputs[0].default, 77);
});

await test('says what became of an artifact that is not there', async (fresh) => {
  const page = await fresh({}, '/#/artifacts/art_none');
  await page.getByRole('alert').getByText('art_none').waitFor();
});

await test('compares two pictures: pixels, sizes and how they were made', async (fresh) => {
  const page = await fresh();
  const [one, two, wide] = [await make(page, 'A', 0x101010, { prefix: 'a' }), await make(page, 'B', 0x141010, { prefix: 'a' }), await make(page, 'C', 0x101010, { prefix: 'a', width: 96 })];
  await visit(page, `#/compare/${one.artifact_id}/${two.artifact_id}`);
  await page.getByText('4,096 of 4,096 pixels differ (100%), by at most 4 of 255.').waitFor();
  await page.locator('.changes li', { hasText: 'color: 1052688 in the first, 1314832 in the second' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.changes li').count(), 1));
  await page.getByRole('radio', { name: 'Difference' }).check();
  const pixel = () => page.evaluate(() => [...document.querySelector('canvas.difference').getContext('2d').getImageData(5, 5, 1, 1).data]);
  await page.waitForFunction(() => document.querySelector('canvas.difference')?.dataset.drawn);
  await eventually(async () => assert.deepEqual(await pixel(), [32, 0, 0, 255]));
  await page.getByRole('slider', { name: 'Amplified' }).focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('canvas.difference').dataset.drawn.endsWith('/64'));
  await eventually(async () => assert.deepEqual(await pixel(), [255, 0, 0, 255]));
  await page.getByRole('radio', { name: 'Divider' }).check();
  await page.getByRole('slider', { name: 'Place of the divider' }).focus();
  await page.keyboard.press('Home');
  const over = () => page.evaluate(() => getComputedStyle(document.querySelector('.compare-over')).clipPath);
  await eventually(async () => assert.match(await over(), /^inset\(0(px|%)?( 0(px|%)?)*\)$/));
  const { x, y, width } = await page.locator('.compare-stage').boundingBox();
  await page.mouse.move(x + 20, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width / 4, y + 30, { steps: 3 });
  await page.mouse.up();
  await eventually(async () => assert.match(await over(), /25%/));
  await visit(page, `#/compare/${one.artifact_id}/${wide.artifact_id}`);
  await page.getByText('The sizes differ: 64 × 64 and 96 × 64').waitFor();
  await page.getByText('There all pixels are equal.').waitFor();
  await visit(page, `#/compare/${one.artifact_id}/${one.artifact_id}`);
  await page.getByText('Both are the same file.').waitFor();
  await page.getByText('Both were made in the same way.').waitFor();
});

await test('keeps the rules of accessibility in the gallery, on an artifact and in a comparison', async (fresh) => {
  const found = [];
  const setup = await fresh();
  await setup.request.post(`${studio.host.url}/v1/queue/resume`);
  const [one, two] = [await make(setup, 'Sunset over a very long name of a workflow', 0xcc5522, { prefix: 'shots/sunset', width: 96 }), await make(setup, 'Sunset', 0xcc5540, { prefix: 'shots/sunset', width: 96 })];
  for (const [name, options] of [['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 }, colorScheme: 'light' }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    const shot = async (view) => {
      await page.waitForTimeout(150); // pictures for people to look at; no assertion waits on it
      await page.screenshot({ path: join(pictures, `${view}-${name}.png`) });
      found.push(...(await accessible(page, `${view}, ${name}`)));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${view}, ${name}: ${wide} px too wide`);
    };
    await visit(page, '#/gallery?tag=none-at-all');
    await page.locator('.gallery-empty').waitFor();
    await shot('gallery-empty');
    await visit(page, '#/gallery');
    await tiles(page).first().waitFor();
    await page.locator('.tile-choose input').first().check();
    await page.waitForFunction(() => [...document.querySelectorAll('.tile img')].slice(0, 4).every((img) => img.naturalWidth > 0));
    await shot('gallery');
    await visit(page, `#/artifacts/${one.artifact_id}`);
    await page.locator('.lineage-node').first().waitFor();
    await page.locator('.lineage-list summary').click();
    await shot('artifact');
    await page.locator('vtx-lineage-graph').scrollIntoViewIfNeeded();
    await shot('lineage');
    await visit(page, `#/compare/${one.artifact_id}/${two.artifact_id}`);
    await page.getByText('pixels differ').waitFor();
    for (const mode of ['side', 'slider', 'overlay', 'difference']) {
      await page.locator(`input[name=compare-mode][value=${mode}]`).check();
      await shot(`compare-${mode}`);
    }
  }
  assert.deepEqual(found, []);
});
