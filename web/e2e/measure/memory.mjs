// The heap after garbage collection, minute by minute, while events arrive.
import { grid, line } from './page.mjs';
import { openRunning, preview } from './run.mjs';

const NODES = 200;
const STEPS = 8;

export async function measureMemory(browser, host, minutes, perMinute) {
  if (!(minutes > 0) || !(perMinute > 0)) throw new Error('memory MINUTES EVENTS_A_MINUTE');
  const { page, send } = await openRunning(browser, host, grid(NODES));
  await page.locator('.surface').waitFor();
  await page.getByRole('application').focus();
  await page.keyboard.press('Home');
  await page.getByRole('tab', { name: 'Run' }).click();
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    // Twice: what the first one finalises, the second one frees.
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes } = await session.send('Memory.getDOMCounters');
    return { mega: usedSize / 1e6, nodes };
  };
  let sent = 0;
  const next = () => {
    const node = String(Math.floor(sent / (STEPS + 2)) % NODES);
    const step = sent % (STEPS + 2);
    if (step === 0) send('node.started', node, { attempt: 1 });
    else if (step <= STEPS) send('node.progress', node, { value: step, max: STEPS, ...(step === STEPS / 2 ? { preview: preview(sent) } : {}) });
    else send('node.completed', node, { duration_ms: 1000 });
    sent++;
  };
  const minute = async () => {
    const began = Date.now();
    const until = sent + perMinute;
    while (sent < until) {
      const due = Math.min(perMinute, Math.ceil(((Date.now() - began) / 60_000) * perMinute));
      while (perMinute - (until - sent) < due) next();
      await new Promise((done) => setTimeout(done, 20));
    }
    const last = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelectorAll('*').length)))));
    return last;
  };
  // Every node has been through every state once before the first figure: what is kept for each is there.
  for (let at = 0; at < NODES * (STEPS + 2); at++) next();
  await page.waitForFunction((count) => document.querySelectorAll('.state-succeeded').length > 0 && count > 0, NODES);
  const first = await heap();
  line('heap at the beginning', `${first.mega.toFixed(2)} MB, ${first.nodes} DOM nodes`);
  let last = first;
  for (let at = 1; at <= minutes; at++) {
    const elements = await minute();
    last = await heap();
    line(`after minute ${at}, ${sent} events`, `${last.mega.toFixed(2)} MB, ${last.nodes} DOM nodes, ${elements} elements`);
  }
  const growth = last.mega - first.mega;
  line(`growth over ${minutes * perMinute} events`, `${growth >= 0 ? '+' : ''}${growth.toFixed(2)} MB, ${last.nodes - first.nodes} DOM nodes`, 'none');
  await page.close();
}
