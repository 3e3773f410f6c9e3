// The steps of a judgement, each a whole sentence.

import type { CapabilityView } from '../../api/generated/CapabilityView';
import { counted } from './counted';

/** “a Student agent”, “an Intern agent”. */
function a(level: string): string {
  return `${/^[aeiou]/i.test(level) ? 'an' : 'a'} ${level} agent`;
}

export const reasons = {
  ending: 'It ends something that runs, and nothing forbids that.',
  paused: 'Everything is paused on this computer.',
  on: {
    notification: 'Notifications are switched on.',
    location: 'The location is switched on.',
    camera: 'The camera is switched on.',
    microphone: 'The microphone is switched on.',
    screen: 'The screen is switched on.',
    agents: 'Programs set up for hubs are switched on.',
    network: 'The network is switched on.',
    shell: 'The shell is switched on.',
  } satisfies Record<CapabilityView, string>,
  off: {
    notification: 'Notifications are switched off on this computer.',
    location: 'The location is switched off on this computer.',
    camera: 'The camera is switched off on this computer.',
    microphone: 'The microphone is switched off on this computer.',
    screen: 'The screen is switched off on this computer.',
    agents: 'Programs set up for hubs are switched off on this computer.',
    network: 'The network is switched off on this computer.',
    shell: 'The shell is switched off on this computer.',
  } satisfies Record<CapabilityView, string>,
  needs: {
    notification: 'Notifications need',
    location: 'The location needs',
    camera: 'The camera needs',
    microphone: 'The microphone needs',
    screen: 'The screen needs',
    agents: 'Starting programs needs',
    network: 'The network needs',
    shell: 'The shell needs',
  } satisfies Record<CapabilityView, string>,
  granted: (the: string) => `The system lets Chaperone use ${the}.`,
  notGranted: (the: string) =>
    `The system does not let Chaperone use ${the}: change that in its own settings.`,
  counts: (agent: string, level: string) => `${agent} counts as ${level} here.`,
  limited: (agent: string, level: string, claimed: string, ceiling: string) =>
    `${agent} counts as ${level} here: its hub says ${claimed}, your limit is ${ceiling}.`,
  belowFloor: (needs: string, level: string, agent: string, has: string) =>
    `${needs} ${level}; ${agent} is only ${has} here.`,
  aboveFloor: (needs: string, level: string, agent: string) =>
    `${needs} at least ${level}, which ${agent} has.`,
  standing: (the: string, level: string, means: string) =>
    `Your table for ${the} and ${a(level)}: ${means}.`,
  graduated: (level: string) =>
    `The line only looks at things, and ${a(level)} may ask for such lines.`,
  remembered: (the: string, until: string) => `Your earlier yes for ${the} counts until ${until}.`,
  precision: (exactness: string) =>
    `A more exact place is wanted than your table gives without asking (${exactness}).`,
  variables: (names: string) => `It sets ${names}, which can change what any program does.`,
  uncontained: 'It would run in no sandbox. Such a command is asked each time.',
  policy: (the: string) => `Its hub wants ${the} held tighter.`,
  rule: (rule: string, means: string) => `Your rule ${rule}: ${means}.`,
  firstUse: (agent: string, the: string) =>
    `${agent} was never allowed ${the} on this computer before.`,
  script: (because: string) =>
    `What it does cannot be told from its words: ${because}. Such a line is asked each time.`,
  rate: (agent: string, recent: number, limit: number) =>
    `${agent} did this ${counted(recent, 'time', 'times')} without asking in the last minute; ` +
    `${counted(limit, 'is', 'are')} allowed.`,
  answered: (sentence: string) => `${sentence} A rule of yours answers that.`,
  decided: 'decided',
};
