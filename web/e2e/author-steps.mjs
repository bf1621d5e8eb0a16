// Steps that several suites take.
import { studio } from './harness.mjs';

let colour = 1000;
/** A coloured picture, inverted, sharpened, saved. */
export async function openRow(page) {
  colour += 977;
  const name = `Row ${colour}`;
  const node = (id, type, x, inputs = {}) => ({ id, type, inputs, ui: { x, y: 0 } });
  const definition = {
    vtxw_version: '1.0',
    meta: { name },
    nodes: [
      node('1', 'EmptyImage', 0, { width: 64, height: 64, batch_size: 1, color: colour }),
      node('2', 'ImageInvert', 320),
      node('3', 'ImageSharpen', 640, { sharpen_radius: 1, sigma: 1, alpha: 0.5 }),
      node('4', 'SaveImage', 960, { filename_prefix: 'row' }),
    ],
    edges: [['1', 'IMAGE', '2', 'image'], ['2', 'IMAGE', '3', 'image'], ['3', 'IMAGE', '4', 'images']].map(([from, out, to, into]) => ({ from: { node: from, port: out }, to: { node: to, port: into } })),
  };
  await page.locator('.files input[type=file]').setInputFiles({ name: 'row.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(definition)) });
  await page.waitForFunction((wanted) => document.querySelector('input.name').value === wanted, name);
}

/** Selects nodes by their ids. */
export async function selectNodes(page, ...ids) {
  await page.keyboard.press('Escape');
  for (const [at, id] of ids.entries()) await page.locator(`.node[data-node="${id}"] .node-head`).click({ modifiers: at === 0 ? [] : ['Shift'] });
}

/** Does something while nothing is handed out to runners; later tests find the queue at work, whatever happens. */
export async function whilePaused(page, body) {
  await page.request.post(`${studio.host.url}/v1/queue/pause`);
  try {
    await body();
  } finally {
    await page.request.post(`${studio.host.url}/v1/queue/resume`);
  }
}
