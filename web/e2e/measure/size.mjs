// How large the script is that a page loads first, as any web host would send it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../host.mjs';
import { line } from './page.mjs';

export function measureSize() {
  const folder = join(root, 'web/dist');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  let [first, later, plain] = [0, 0, 0];
  for (const name of readdirSync(join(folder, 'assets')).filter((one) => one.endsWith('.js'))) {
    const content = readFileSync(join(folder, 'assets', name));
    const size = gzipSync(content).length;
    if (page.includes(name)) [first, plain] = [first + size, plain + content.length];
    else later += size;
  }
  const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  line('script of the first view, compressed', `${kilo(first)} (${kilo(plain)} as it is), ${kilo(later)} more when it is asked for`, '≤ 300 kB');
}
