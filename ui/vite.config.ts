import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Fails a build for people that would carry the fake host. */
function withoutFake(): Plugin {
  return {
    name: 'without-fake',
    apply: (_, { command, mode }) => command === 'build' && mode === 'production',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const fake = chunk.moduleIds.find(
          (id) =>
            id.includes('/src/host/') &&
            !/\/(choose|host|indicator|memory|tauri|web)\.ts$/.test(id),
        );
        if (fake) this.error(`${chunk.fileName} carries ${fake}`);
      }
    },
  };
}

/** What the pages may take, compressed, with everything but the languages that are not spoken. */
const MOST_BYTES = 180_000;

/** Fails a build for people that grew too large. */
export function withinBounds(most: number): Plugin {
  return {
    name: 'within-bounds',
    apply: (_, { command, mode }) => command === 'build' && mode === 'production',
    generateBundle(_, bundle) {
      const late = new Set(
        Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? one.dynamicImports : [])),
      );
      let bytes = 0;
      for (const one of Object.values(bundle)) {
        if (late.has(one.fileName) || !/\.(js|css|html)$/.test(one.fileName)) continue;
        bytes += gzipSync(one.type === 'chunk' ? one.code : one.source).length;
      }
      if (bytes > most) this.error(`the pages take ${bytes} bytes: ${most} are enough`);
    },
  };
}

/** Puts what a page looks like after what it shows at once, which would otherwise wait for it. */
function marksFirst(): Plugin {
  return {
    name: 'marks-first',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        if (!html.includes('id="first"')) return html;
        const sheets = html.match(/^ *<link rel="stylesheet".*>\n/gm) ?? [];
        if (sheets.length === 0)
          throw new Error('a page that shows something at once has no styles');
        const rest = sheets.reduce((left, sheet) => left.replace(sheet, ''), html);
        return rest.replace(/^ *<\/body>/m, (end) => sheets.join('') + end);
      },
    },
  };
}

export default defineConfig({
  // Every face serves the pages from a place of its own.
  base: './',
  plugins: [svelte(), svelteTesting(), withoutFake(), withinBounds(MOST_BYTES), marksFirst()],
  server: { port: 1420, strictPort: true },
  build: {
    // Below this size Vite would put assets into `data:` addresses, which the policy of the
    // pages allows for pictures only.
    assetsInlineLimit: 0,
    // The polyfill only serves browsers older than every web view that can run the app.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'request.html', 'indicator.html'] },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    // Styles are left out of tests, but for the colours, which are one.
    css: { include: /tokens\.css/ },
  },
});
