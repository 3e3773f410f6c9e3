// What a person sees and does outside the pages: windows, keys, notifications, processes.

import { readFileSync, readdirSync } from 'node:fs';

import { output, run } from './process.js';

/** The titles of the windows that are on the screen. */
export async function windowTitles() {
  const { stdout } = await run('xdotool', [
    'search',
    '--onlyvisible',
    '--name',
    '.',
    'getwindowname',
    '%@',
  ]);
  return stdout.split('\n').filter(Boolean);
}

/** The window with this title, as X numbers it. */
export async function windowId(title) {
  const { stdout } = await run('xdotool', ['search', '--onlyvisible', '--name', `^${title}$`]);
  return stdout.split('\n')[0] || null;
}

/** Puts a window somewhere, with its upper left corner there. */
export function moveWindow(id, { x, y }) {
  return output('xdotool', 'windowmove', '--sync', id, `${x}`, `${y}`);
}

/** What the window manager knows of a window: its states, such as `_NET_WM_STATE_ABOVE`. */
export async function windowStates(id) {
  return (await output('xprop', '-id', id, '_NET_WM_STATE')).replace(/^.*= /, '').split(', ');
}

/** Where a window is: `{ x, y, width, height }`. */
export async function windowPlace(id) {
  const text = await output('xdotool', 'getwindowgeometry', '--shell', id);
  const read = (name) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)[1]);
  return { x: read('X'), y: read('Y'), width: read('WIDTH'), height: read('HEIGHT') };
}

/** Closes the window in front of all others, through the window manager, as its cross does. */
export async function closeActiveWindow() {
  await output('xdotool', 'key', '--clearmodifiers', 'alt+F4');
}

export function pressKey(key) {
  return output('xdotool', 'key', '--clearmodifiers', key);
}

/** Clicks at a place within a window, counted from its top left corner. */
export async function clickWithin(title, { x, y }) {
  const [window] = (
    await output('xdotool', 'search', '--onlyvisible', '--name', `^${title}$`)
  ).split('\n');
  const place = [Math.round(x), Math.round(y)].map(String);
  // The pointer rests, and so does the finger. Not with --sync, which waits long for a pointer that is
  // there already.
  const press = ['sleep', '0.05', 'mousedown', '1', 'sleep', '0.05', 'mouseup', '1'];
  await output('xdotool', 'mousemove', '--window', window, ...place, ...press);
}

/** Presses a key for as long as a finger does. */
export function holdKey(key) {
  return output('xdotool', 'keydown', key, 'sleep', '0.12', 'keyup', key);
}

export async function activeWindowTitle() {
  const { stdout } = await run('xdotool', ['getactivewindow', 'getwindowname']);
  return stdout.trimEnd();
}

/** What the notification server has shown so far, newest first. */
export async function notifications() {
  await output('dunstctl', 'close-all');
  const { data } = JSON.parse(await output('dunstctl', 'history'));
  return data.flat().map(({ summary, body }) => ({ title: summary.data, body: body.data }));
}

/** The processes that come from `pid`, itself first: `{ pid, name }`. */
export function processTree(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const close = stat.lastIndexOf(')');
      const name = stat.slice(stat.indexOf('(') + 1, close);
      const [state, parent] = stat.slice(close + 2).split(' ');
      if (state !== 'Z') parents.set(Number(entry), { name, parent: Number(parent) });
    } catch {
      // It ended while we looked.
    }
  }
  const tree = [];
  const collect = (root) => {
    const known = parents.get(root);
    if (!known) return;
    tree.push({ pid: root, name: known.name });
    for (const [child, { parent }] of parents) if (parent === root) collect(child);
  };
  collect(pid);
  return tree;
}

/** How many pages a process tree holds: WebKit gives each a process. */
export function webViews(pid) {
  return processTree(pid).filter(({ name }) => name.startsWith('WebKitWebProc')).length;
}

/** The processor time that a process tree has taken so far, in seconds. */
export function processorTime(pid) {
  let ticks = 0;
  for (const { pid: one } of processTree(pid)) {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended while we looked.
    }
  }
  // What the kernel counts in, on every system that Linux is built for.
  return ticks / 100;
}

/** What a process tree takes of the memory, in MB, shared pages by share: all, and by program. */
export function memory(pid) {
  const by = {};
  for (const { pid: one, name } of processTree(pid)) {
    try {
      const rollup = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
      const kib = Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]);
      by[name] = (by[name] ?? 0) + kib / 1024;
    } catch {
      // It ended while we looked.
    }
  }
  return { all: Object.values(by).reduce((sum, mb) => sum + mb, 0), by };
}
