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
        const fake = chunk.moduleIds.find((id) =>
          /\/host\/(fake|fake-answers|fake-samples|fake-sign-in|scenes|samples|requests|captures)\.ts$/.test(
            id,
          ),
        );
        if (fake) this.error(`${chunk.fileName} carries ${fake}`);
      }
    },
  };
}

export default defineConfig({
  // Every face serves the pages from a place of its own.
  base: './',
  plugins: [svelte(), svelteTesting(), withoutFake()],
  server: { port: 1420, strictPort: true },
  build: {
    // Below this size Vite would put assets into `data:` addresses, which the policy of the
    // pages allows for pictures only.
    assetsInlineLimit: 0,
    // The polyfill only serves browsers older than every web view that can run the app.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'request.html'] },
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
