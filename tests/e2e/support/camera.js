// A camera for the programs that the tests start: all is real but its driver.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { output } from './process.js';

const DRIVER = fileURLToPath(
  new URL('../../../crates/senses/tests/it/fixtures/camera.c', import.meta.url),
);

/** Builds the driver into a folder; answers with the environment in which a program has the camera. */
export async function deskCamera(folder) {
  const driver = join(folder, 'camera.so');
  await output('cc', '-shared', '-fPIC', '-O1', '-o', driver, DRIVER, '-ldl', '-lpthread');
  return { LD_PRELOAD: driver, CAMERAS: '0|Desk Camera|YUYV 640x480|every=5' };
}
