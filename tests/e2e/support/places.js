// Where the programs under test are. Each can be named by the environment; the usual place is the
// debug build beside these tests.

import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

function program(variable, fallback, advice) {
  const path = process.env[variable] ?? `${root}${fallback}`;
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`there is no ${path}: ${advice}, or set ${variable}`);
  }
  return path;
}

/** The desktop app. Without `tauri/custom-protocol` it would look for the development server. */
export function app() {
  return program(
    'CHAPERONE_APP',
    'target/debug/chaperone',
    'run `npm run build` in ui/, then `cargo build -p chaperone --features tauri/custom-protocol`',
  );
}

/** The app without windows, which is also the command line. */
export function headless() {
  return program(
    'CHAPERONE_HEADLESS',
    'target/debug/chaperone-headless',
    'run `cargo build -p chaperone-headless`',
  );
}

/** The bridge between WebDriver and Tauri apps; a program of Tauri's, found on the path. */
export function driver() {
  return process.env.TAURI_DRIVER ?? 'tauri-driver';
}
