// The command palette, and the list of keys that comes from the same actions.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, addByKey, catalogLoaded, draft, eventually, graph, pictures, test } from '../harness.mjs';

const commands = (page) => page.getByRole('combobox', { name: 'A command, or a node’s name' });

async function command(page, words) {
  await page.keyboard.press('Control+k');
  await commands(page).waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await commands(page).waitFor({ state: 'detached' });
}

await test('does everything from the command palette, and goes to a node by its name', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await graph(page).focus();
  await addByKey(page, 'EmptyImage');
  await addByKey(page, 'ImageInvert');
  await command(page, 'bypass');
  await eventually(async () => assert.equal((await draft(page)).definition.nodes[1].mode, 'bypassed'));
  await command(page, 'undo');
  await eventually(async () => assert.equal((await draft(page)).definition.nodes[1].mode, undefined));
  await command(page, 'emptyim');
  await page.locator('.node.focused[data-node="1"]').waitFor();
  await eventually(async () => assert.equal(await graph(page).evaluate((one) => one === document.activeElement), true));
  await page.keyboard.press('Control+k');
  await page.locator('[role=option]').first().getByText('Undo').waitFor(); // used lately comes first
  await page.keyboard.type('zzzz');
  await page.getByText('No command and no node').waitFor();
  await page.keyboard.press('Escape');
  await page.goto(new URL('#/runs', page.url()).href);
  await command(page, 'editor');
  await graph(page).waitFor();
});

await test('opens empty when it is asked for in the moment in which it closes', async (fresh) => {
  const page = await fresh();
  await catalogLoaded(page);
  await page.keyboard.press('Control+k');
  await commands(page).waitFor();
  await page.keyboard.type('zzzz');
  await page.getByText('No command and no node').waitFor();
  // The browser tells of a closed dialog in a task of its own: these two steps lie before it.
  await page.evaluate(() => {
    document.querySelector('vtx-command-palette dialog').close();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }));
  });
  await page.locator('[role=option]').first().waitFor();
  await eventually(async () => assert.equal(await commands(page).inputValue(), ''));
});

await test('shows commands and keys without violations, light, dark and narrow', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 } }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await catalogLoaded(page);
    await page.keyboard.press('Control+k');
    await page.locator('[role=option]').first().waitFor();
    await page.screenshot({ path: join(pictures, `commands-${name}.png`) });
    found.push(...(await accessible(page, `commands, ${name}`)));
  }
  assert.deepEqual(found, []);
});
