// The page in a browser, against the real program without windows.

import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'web',
  testMatch: '*.spec.js',
  outputDir: 'output',
  // Each test has a device of its own, and a device has the machine's notifications to itself.
  workers: 1,
  timeout: 60_000,
  expect: {
    timeout: 10_000,
    toHaveScreenshot: {
      scale: 'device',
      animations: 'disabled',
      caret: 'hide',
      maxDiffPixelRatio: 0.002,
    },
  },
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: {
      // The system's browser; nothing is downloaded.
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    },
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
  },
});
