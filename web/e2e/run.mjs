// The studio in a real browser against a real host: every file in suites/, each with a host of its own, some at a time.
//   node e2e/run.mjs [WORDS]     all tests, or those whose names hold the words
//   STUDIO_SUITES=views,draw     only the suites whose names begin so
//   STUDIO_JOBS=1                so many suites at a time; without it one for each processor, four at most
//   STUDIO_SLOW=4, STUDIO_LATE_FRAMES=200, STUDIO_LATE_ANSWERS=200
//                                script so many times slower, frames and answers so many milliseconds late: finds tests that do not wait for what they read
// Ends with one line that `vortex test` sums up.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { built, chromium } from './host.mjs';

if (!chromium() || !built()) {
  console.log(chromium() ? 'The host or the page is not built: the browser tests are skipped.' : 'There is no Chromium here (Debian: apt-get install chromium-headless-shell): the browser tests are skipped.');
  console.log('studio in the browser: 0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const folder = join(import.meta.dirname, 'suites');
const only = process.env.STUDIO_SUITES?.split(',');
// The longest first, so that none is left alone at the end.
const waiting = readdirSync(folder).filter((name) => name.endsWith('.mjs') && (!only || only.some((one) => name.startsWith(one)))).sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size);
const jobs = Number(process.env.STUDIO_JOBS) || Math.min(4, availableParallelism());
let [passed, failed] = [0, 0];

/** Runs a suite and shows what it says as one piece. */
async function run(name) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'suite.mjs'), name.slice(0, -'.mjs'.length), ...process.argv.slice(2, 3)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
  await new Promise((done) => child.on('close', done));
  const lines = Buffer.concat(said).toString().trimEnd().split('\n');
  try {
    const sum = JSON.parse(lines.at(-1));
    passed += sum.passed;
    failed += sum.failed;
    lines.pop();
  } catch {
    failed++;
    lines.push(`FAILED  ${name} did not come to its end`);
  }
  if (lines.length > 0) console.log(lines.join('\n'));
}

await Promise.all(Array.from({ length: jobs }, async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}));
console.log(`studio in the browser: ${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
