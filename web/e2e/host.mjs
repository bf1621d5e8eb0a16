// A real host on a free port with a folder of its own, and Debian's Chromium.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
const program = process.env.VORTEX_DLL ?? join(root, 'local-dev/Vortex.Local/bin/Release/net10.0/vortex.dll');

/** Puts tiny models and a vocabulary for them where a host looks; real ones would have to be fetched. Once for each host. */
export function tinyModels(folder) {
  if (existsSync(join(folder, 'models/merges.txt'))) return;
  // Such a run makes both, in a folder of its own.
  const own = mkdtempSync(join(tmpdir(), 'vortex-tiny-'));
  const run = ['run', join(root, 'samples/text-to-image/text-to-image.api.json'), '--tiny', '--data', own, '--out', join(own, 'out')];
  execFileSync('dotnet', [program, ...run], { env: { ...process.env, VORTEX_NO_BUILD: '1' }, stdio: 'pipe' });
  cpSync(join(own, 'tiny-models'), join(folder, 'models'), { recursive: true });
  rmSync(own, { recursive: true, force: true });
}

/** Where Chromium is, or undefined. The shell is the same engine without a browser's windows around it: a page is there sooner. */
export const chromium = () => [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

export const built = () => existsSync(program) && existsSync(join(root, 'web/dist/index.html'));

export async function startHost(port = 0, folder = mkdtempSync(join(tmpdir(), 'vortex-studio-'))) {
  const host = spawn('dotnet', [program, 'up', '--port', String(port), '--data', folder], { env: { ...process.env, VORTEX_NO_BUILD: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise((found, failed) => {
    const take = (data) => {
      said += data;
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (match) found(match[0]);
    };
    host.stdout.on('data', take);
    host.stderr.on('data', take);
    host.on('exit', () => failed(new Error(`The host ended: ${said}`)));
  });
  const stop = (signal = 'SIGTERM') =>
    new Promise((done) => {
      if (host.exitCode !== null || host.signalCode !== null) return done();
      host.on('exit', done);
      host.kill(signal);
    });
  return { url, folder, stop, remove: async () => (await stop(), rmSync(folder, { recursive: true, force: true })) };
}
