// The npm package comfy-ui-client as its users use it. Arguments: folder of packages, host:port, prompt, picture. Prints one line of JSON.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');

const [packages, host, promptFile, picture] = process.argv.slice(2);
const { ComfyUIClient } = createRequire(packages)('comfy-ui-client');

(async () => {
  const client = new ComfyUIClient(host, 'comfy-ui-client');
  await client.connect();
  const uploaded = await client.uploadImage(readFileSync(picture), 'sent.png', true);
  const images = await client.getImages(JSON.parse(readFileSync(promptFile, 'utf8')));
  const files = Object.values(images).flat().map(({ image, blob }) => ({ name: image.filename, type: blob.type, size: blob.size }));
  const { queue_running, queue_pending } = await client.getQueue();
  await client.interrupt();
  await client.disconnect();
  console.log(JSON.stringify({ uploaded: uploaded.name, files, waiting: queue_running.length + queue_pending.length }));
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
