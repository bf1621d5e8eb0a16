// The pictures of the studio in the README, light and dark: `npm run picture`. The sample stands on the canvas, run, in a fresh host.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as engine } from 'playwright-core';
import { built, chromium, root, startHost } from './host.mjs';

if (!chromium() || !built()) {
  console.error(chromium() ? 'The host or the page is not built: ./vortex up builds both.' : 'There is no Chromium here (Debian: apt-get install chromium-headless-shell).');
  process.exit(1);
}
const folder = join(root, 'docs/images');
mkdirSync(folder, { recursive: true });
const host = await startHost();
const browser = await engine.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await (await browser.newContext({ viewport: { width: 1200, height: 720 }, locale: 'en', reducedMotion: 'reduce', colorScheme })).newPage();
    await page.request.post(`${host.url}/v1/uploads?name=photo.png`, { data: readFileSync(join(root, 'samples/photo-finish/photo.png')) });
    await page.goto(host.url);
    await page.waitForFunction(() => performance.getEntriesByType('resource').some((one) => one.name.includes('/v1/node-types') && one.responseEnd > 0));
    await page.locator('.files input[type=file]').setInputFiles(join(root, 'samples/photo-finish/photo-finish.json'));
    await page.getByRole('heading', { name: 'Import report' }).waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.run-head strong', { hasText: 'Succeeded' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('.gallery img, .node-picture')].every((one) => one.complete && one.naturalWidth > 0));
    const path = join(folder, `studio-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(`${path}: ${Math.round(statSync(path).size / 1000)} kB`);
  }
} finally {
  await browser.close();
  await host.remove();
}
