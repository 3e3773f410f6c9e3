// What requests say, in English.

import type { ActionView } from '../../api/generated/ActionView';
import type { ContainmentView } from '../../api/generated/ContainmentView';
import { digits } from '../../words/words';

export const text = {
  deny: 'Deny',
  allowOnce: 'Allow once',
  answering: 'One moment…',
  denyAllFrom: 'Deny all from',
  review: 'Review',
  script: 'Script',
  scriptBecause: 'Needs a shell:',
  risks: 'Worth a second look',
  why: 'Why you are asked:',
  reasons: 'Every step of the judgement',
  decided: 'decided',
  line: 'The command line',
  message: 'The notification',
  noBody: 'Without a text.',
  facts: {
    folder: 'Folder',
    programs: 'Programs',
    sandbox: 'Sandbox',
    stopsAfter: 'Stops after',
    environment: 'Variables',
    shown: 'Shown',
  },
  onScreen: 'On this computer’s screen, with the agent’s name',
  more: 'There is more: scroll to read all of it.',
  expired: 'The time is over: counted as no.',
  old: 'No contact with Chaperone: what you see may be old.',
  waitForFocus: 'Allow wakes up when this window is in front.',
} as const;

/** What the sandbox lets a program do. */
export function contained(containment: ContainmentView): string {
  switch (containment.type) {
    case 'readOnly':
      return 'Reads what other users could, writes nothing, no network';
    case 'write':
      return `Writes in ${containment.folder}, no network`;
    case 'writeNetwork':
      return `Writes in ${containment.folder}, uses the network`;
    case 'none':
      return 'None: it can do whatever you can';
  }
}

/** The end of “Release Bot …”. */
export function wantsTo(action: ActionView): string {
  switch (action.type) {
    case 'notification':
      return 'wants to show a notification';
    case 'shell':
      return action.scriptBecause === null ? 'wants to run a command' : 'wants to run a script';
  }
}

export function position(index: number, count: number): string {
  return `${digits(index + 1)} of ${digits(count)}`;
}

export function timeLeft(clock: string): string {
  return `No answer in ${clock} counts as no`;
}
