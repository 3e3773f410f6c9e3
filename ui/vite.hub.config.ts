// The hub's own pages: a build of their own, so that a hub carries nothing of the app's, nor the app
// of the hub's.

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { withinBounds } from './vite.config.ts';

const MOST_BYTES = 70_000;

export default defineConfig({
  // The hub serves them wherever a proxy has it.
  base: './',
  publicDir: false,
  plugins: [svelte(), withinBounds(MOST_BYTES)],
  build: {
    outDir: 'dist-hub',
    assetsDir: 'pages',
    // What is put into the page itself its policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['hub.html'] },
  },
});
