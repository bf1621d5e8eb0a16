// 2,000 nodes: opening, panning, and dragging one, 200 and all.
import { drag, frames, grid, headInView, HIGH, line, openDefinition, openPage, pan, viewport, WIDE } from './page.mjs';

export async function measureGraph(browser, host, count = 2000) {
  const page = await openPage(browser, host);
  line(`${count} nodes open`, `${Math.round(await openDefinition(page, grid(count)))} ms`, '≤ 300 ms');
  line('elements with all in view', await page.evaluate(() => document.querySelectorAll('*').length));
  await frames(page, 'pan, all in view', () => drag(page, [400, 760], [500, 700]));

  // A frame around 20 columns and 10 rows, drawn between nodes.
  const { x, y, zoom } = await viewport(page);
  const corner = (column, row) => [x + (column * WIDE - 30) * zoom, y + (row * HIGH - 30) * zoom];
  await page.keyboard.down('Shift');
  await drag(page, corner(10, 10), corner(30, 20), 10);
  await page.keyboard.up('Shift');
  await page.getByRole('tab', { name: 'Inspector' }).click();
  const said = await page.locator('vtx-inspector .hint').first().textContent();
  const inFrame = `${said.match(/\d+/)?.[0]} selected`;
  const [hx, hy] = [x + (20 * WIDE + 100) * zoom, y + (15 * HIGH + 60) * zoom];
  await frames(page, `drag, ${inFrame}, all in view`, () => drag(page, [hx, hy], [hx + 90, hy + 60]));
  await page.getByRole('application').focus();
  for (let step = 0; step < 9; step++) await page.keyboard.press('+');
  const selected = await headInView(page, '.node.selected');
  const { zoom: now } = await viewport(page);
  await frames(page, `drag, ${inFrame}, at ${Math.round(now * 100)} %`, () => drag(page, selected, [selected[0] + 60, selected[1] + 60]));

  await page.getByRole('application').focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await frames(page, 'pan at reading size', () => pan(page));
  await page.keyboard.press('Home');
  const head = await headInView(page);
  await frames(page, 'drag one node', () => drag(page, head, [head[0] + 200, head[1] + 150]));
  await page.keyboard.press('Control+a');
  const all = await headInView(page);
  await frames(page, `drag all ${count}`, () => drag(page, all, [all[0] + 100, all[1] + 80]));
  await page.close();
}
