// The studio in a real browser against a real host: every file in suites/. `node e2e/run.mjs WORDS` runs the tests whose names hold the words;
// STUDIO_SUITES=views,draw only the suites whose names begin so.
// Ends with one line that `vortex test` sums up.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { built, chromium } from './host.mjs';

if (!chromium() || !built()) {
  console.log(chromium() ? 'The host or the page is not built: the browser tests are skipped.' : 'There is no Chromium here (Debian: apt-get install chromium): the browser tests are skipped.');
  console.log('studio in the browser: 0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const only = process.env.STUDIO_SUITES?.split(',');
const suites = readdirSync(join(import.meta.dirname, 'suites')).filter((name) => name.endsWith('.mjs') && (!only || only.some((one) => name.startsWith(one)))).sort();
for (const suite of suites) await import(`./suites/${suite}`);
const { finish } = await import('./harness.mjs');
process.exit((await finish()) ? 0 : 1);
