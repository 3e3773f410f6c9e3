// A desktop around the page, as the app tells of one: nothing of it is there.

import type { DesktopState, HostDesktop, UpdateProblem } from './host';

/** How looking for a newer version ends, by `?update=`. */
const ENDINGS = ['newest', 'newer', 'unreachable', 'notGenuine', 'none'] as const;
export type Ending = (typeof ENDINGS)[number];

export function isEnding(name: string): name is Ending {
  return ENDINGS.some((ending) => ending === name);
}

const NOTES = 'The tray says what waits.\nA recording can be cut before it is sent.';

export function fakeDesktop(ending: Ending): HostDesktop {
  const state: DesktopState = {
    startAtLogin: true,
    shortcut: 'Ctrl+Alt+Pause',
    hearing: 'works',
    tray: true,
    updates: ending !== 'none',
  };
  // What the app rejects with is no error of JavaScript's.
  const fail = (why: UpdateProblem['why'], detail: string) => {
    const problem: UpdateProblem = { why, detail };
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the app does
    return Promise.reject(problem);
  };
  return {
    state: () => Promise.resolve(state),
    setStartAtLogin: () => Promise.resolve(),
    openLogs: () => Promise.resolve(),
    links: () => undefined,
    lookForUpdate() {
      if (ending === 'unreachable') return fail('unreachable', 'connection refused');
      return Promise.resolve(ending === 'newest' ? null : { version: '0.2.0', notes: NOTES });
    },
    installUpdate(on) {
      on({ had: 21_000_000, of: 62_000_000 });
      if (ending === 'notGenuine') return fail('notGenuine', 'the signature did not match');
      // The app would end now.
      return new Promise(() => undefined);
    },
  };
}
