import { defineConfig } from 'vitest/config';

// `base` is relative, so that the built page works below any path of any web host.
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a data: font or script would need a hole in the content security policy
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/health', '/openapi', '/docs'].map((path) => [path, { target: process.env.VORTEX_URL ?? 'http://127.0.0.1:7700', ws: true }])),
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node', reporters: ['dot', './test/summary.ts'] },
});
