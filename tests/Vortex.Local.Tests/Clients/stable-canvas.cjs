// The npm package @stable-canvas/comfyui-client as its users use it. Arguments: folder of packages, host:port, prompt, picture. Prints one line of JSON.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');

const [packages, host, promptFile, picture] = process.argv.slice(2);
const find = createRequire(packages);
const { Client } = find('@stable-canvas/comfyui-client');
const WebSocket = find('ws');

(async () => {
  const client = new Client({ api_host: host, clientId: 'stable-canvas', WebSocket, fetch });
  client.connect();
  let steps = 0;
  client.on('progress', () => steps++);
  const form = new FormData();
  form.append('image', new Blob([readFileSync(picture)], { type: 'image/png' }), 'sent.png');
  form.append('overwrite', 'true');
  const uploaded = await (await fetch(`http://${host}/upload/image`, { method: 'POST', body: form })).json();
  const models = await client.getSDModels();
  const result = await client.enqueue(JSON.parse(readFileSync(promptFile, 'utf8')));
  const files = [];
  // Previews come among the pictures, as bytes.
  for (const { data } of result.images.filter((image) => image.type === 'url')) {
    const answer = await fetch(data);
    files.push({ name: new URL(data).searchParams.get('filename'), type: answer.headers.get('content-type'), size: (await answer.arrayBuffer()).byteLength });
  }
  console.log(JSON.stringify({ uploaded: uploaded.name, files, waiting: 0, steps, models, previews: result.images.filter((image) => image.type === 'buff').length }));
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
