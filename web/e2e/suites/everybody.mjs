// Every view, light and dark, wide and narrow; pictures of each go to artifacts/studio.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessible, catalogLoaded, graph, openSample, pictures, runButton, runEnds, studio, test, upload } from '../harness.mjs';

await test('has no violation of accessibility rules on any view, light and dark, wide and narrow', async (fresh) => {
  const found = [];
  for (const [name, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 720 }, colorScheme: 'light' }]]) {
    const page = await fresh({ reducedMotion: 'reduce', ...options });
    await upload(page);
    await catalogLoaded(page);
    const shot = async (view) => {
      await page.waitForTimeout(150); // pictures for people to look at; no assertion waits on it
      await page.screenshot({ path: join(pictures, `${view}-${name}.png`) });
      found.push(...(await accessible(page, `${view}, ${name}`)));
    };
    await shot('empty');
    await graph(page).focus();
    await page.keyboard.press('a');
    await page.locator('[role=option]').first().waitFor();
    await shot('palette');
    await page.keyboard.press('Escape');
    await graph(page).focus();
    await page.keyboard.press('?');
    await page.locator('.help dialog[open]').waitFor();
    await shot('keys');
    await page.keyboard.press('Escape');
    await openSample(page);
    await shot('problems');
    await page.locator('.node .node-head').nth(2).click({ force: true });
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await shot('inspector');
    await page.getByRole('tab', { name: 'Outline' }).click();
    await shot('outline');
    await runButton(page).click();
    await runEnds(page, 'Succeeded');
    await shot('run');
    await page.goto(`${studio.host.url}/#/runs`);
    await page.locator('.cards a').first().waitFor();
    await shot('runs');
    await page.locator('.cards a').first().click();
    await page.locator('.gallery img').first().waitFor();
    await shot('run-page');
    await page.goto(`${studio.host.url}/#/workflows`);
    await page.locator('vtx-workflows-view .cards').waitFor({ state: 'attached' });
    await shot('workflows');
  }
  assert.deepEqual(found, []);
});
