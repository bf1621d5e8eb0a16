// 20 progress events a second into 2,000 nodes: frames meanwhile, and how long an event takes to be seen.
import { drag, frames, grid, headInView, line, pan, spread } from './page.mjs';
import { openRunning, preview } from './run.mjs';

const EVERY = 50;
const TIMELINE = 200;

export async function measureEvents(browser, host, count = 2000) {
  const { page, send } = await openRunning(browser, host, grid(count));
  await page.locator('.surface.is-far, .node').first().waitFor({ state: 'attached' });
  await page.getByRole('application').focus();
  await page.keyboard.press('Home');
  await page.locator('.node').first().waitFor();
  const visible = await page.evaluate(() => [...document.querySelectorAll('.node')].map((one) => one.dataset.node));
  await page.evaluate(() => {
    // An event arrives when the page reads it, and is shown in the frame that draws its number: its end is the next frame's beginning.
    const arrived = new Map();
    window.shown = [];
    const parse = JSON.parse;
    JSON.parse = (text, ...more) => {
      const value = parse(text, ...more);
      if (value?.event_type === 'node.progress') arrived.set(String(value.payload.value), performance.now());
      return value;
    };
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        for (const node of [target, ...addedNodes]) {
          const bar = node.localName === 'progress' ? node : node.querySelector?.('progress');
          const began = bar && arrived.get(bar.getAttribute('value') ?? '');
          if (began === undefined || bar === null) continue;
          arrived.delete(bar.getAttribute('value'));
          requestAnimationFrame((now) => window.shown.push(now - began));
        }
      }
    }).observe(document.querySelector('vtx-card-layer'), { subtree: true, childList: true, attributes: true, attributeFilter: ['value'] });
  });
  for (const id of visible) send('node.started', id, { attempt: 1 });
  let number = 0;
  const timer = setInterval(() => {
    number++;
    send('node.progress', visible[number % visible.length], { value: number, max: 1_000_000, ...(number % 10 === 0 ? { preview: preview(number) } : {}) });
  }, EVERY);
  await frames(page, '20 events a second, nothing else', () => new Promise((done) => setTimeout(done, 5000)));
  await frames(page, '20 events a second, panning at reading size', () => pan(page, 150));
  await page.keyboard.press('Home');
  const head = await headInView(page);
  await frames(page, '20 events a second, dragging one node', () => drag(page, head, [head[0] + 200, head[1] + 150], 150));
  await page.keyboard.press('f');
  await frames(page, '20 events a second, all in view, panning', () => drag(page, [400, 760], [500, 700], 150));
  const { count: seen, median, most, worst } = spread(await page.evaluate(() => window.shown));
  line('event arrives until it is on the screen', `${seen} events, median ${median.toFixed(1)} ms, 95 of 100 within ${most.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`, '≤ 50 ms');
  // As in a large run: the panel shows when each of so many nodes was at work.
  for (let node = 0; node < TIMELINE; node++) send('node.completed', String(node), { duration_ms: 1000 });
  await page.keyboard.press('Home');
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('.timeline li').nth(TIMELINE - 1).waitFor();
  await frames(page, `20 events a second, a timeline of ${TIMELINE} nodes beside`, () => new Promise((done) => setTimeout(done, 5000)));
  clearInterval(timer);
  await page.close();
}
