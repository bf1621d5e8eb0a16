// Measures the studio in a real browser against a real host and prints each figure beside its goal. Nothing fails here: it is no test.
//   npm run measure                      everything but memory
//   npm run measure -- size load         some of it: size, load, graph, events
//   npm run measure -- memory 10 1000    memory over ten minutes of 1,000 events each
import { cpus } from 'node:os';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as engine } from 'playwright-core';
import { built, chromium, root, startHost } from './host.mjs';
import { measureEvents } from './measure/events.mjs';
import { measureGraph } from './measure/graph.mjs';
import { measureLoad } from './measure/load.mjs';
import { measureMemory } from './measure/memory.mjs';
import { measureSize } from './measure/size.mjs';

if (!chromium() || !built() || !existsSync(join(root, 'web/dist/index.html'))) {
  console.log('Measuring needs Chromium, the built host and the built page.');
  process.exit(1);
}

const asked = process.argv.slice(2);
const wants = (name) => asked.length === 0 || asked.includes(name);
const host = await startHost();
const browser = await engine.launch({ executablePath: chromium(), args: ['--no-sandbox', '--enable-precise-memory-info'] });
try {
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, headless Chromium ${browser.version()}, drawn in software, 1280 × 800`);
  if (asked[0] === 'memory') await measureMemory(browser, host, Number(asked[1] ?? 10), Number(asked[2] ?? 1000));
  else {
    if (wants('size')) measureSize();
    if (wants('load')) await measureLoad(browser, host);
    if (wants('graph')) await measureGraph(browser, host);
    if (wants('events')) await measureEvents(browser, host);
  }
} finally {
  await browser.close();
  await host.remove();
}
