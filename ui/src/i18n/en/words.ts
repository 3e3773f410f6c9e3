// One word for one thing.

import type { CapabilityView } from '../../api/generated/CapabilityView';
import type { Level } from '../../api/generated/Level';
import type { RiskKind } from '../../api/generated/RiskKind';
import type { VerdictView } from '../../api/generated/VerdictView';

export const words = {
  level: {
    student: 'Student',
    intern: 'Intern',
    supervised: 'Supervised',
    autonomous: 'Autonomous',
  } satisfies Record<Level, string>,
  /** A capability as a heading. */
  capability: {
    notification: 'Notifications',
    location: 'Location',
    camera: 'Camera',
    microphone: 'Microphone',
    screen: 'Screen',
    agents: 'Programs of hubs',
    network: 'Network',
    shell: 'Shell',
  } satisfies Record<CapabilityView, string>,
  /** A capability within a sentence. */
  the: {
    notification: 'notifications',
    location: 'the location',
    camera: 'the camera',
    microphone: 'the microphone',
    screen: 'the screen',
    agents: 'programs set up for hubs',
    network: 'the network',
    shell: 'the shell',
  } satisfies Record<CapabilityView, string>,
  verdict: {
    forbid: 'Blocked',
    ask: 'Ask',
    watch: 'Watch',
    free: 'Free',
  } satisfies Record<VerdictView, string>,
  /** What a verdict means, after a colon. */
  verdictMeans: {
    forbid: 'not allowed',
    ask: 'asked each time',
    watch: 'runs where you can see it',
    free: 'runs without asking',
  } satisfies Record<VerdictView, string>,
  risk: {
    script: 'A script: what it does cannot be told from its words alone.',
    wrapper: 'Runs another program, or code, given in its arguments.',
    destructive: 'Deletes or overwrites.',
    privilege: 'Becomes another user.',
    network: 'Talks to the network.',
    lookAlike: 'Letters of different scripts that look alike.',
    hidden: 'Characters that cannot be seen.',
  } satisfies Record<RiskKind, string>,
  time: {
    today: 'Today',
    yesterday: 'Yesterday',
    justNow: 'just now',
    now: 'now',
  },
  errors: {
    gone: 'That is already answered or over.',
    changed: 'It changed while you looked.',
    changedHint: 'Look at it again before you answer.',
    invalid: 'Chaperone did not understand this window.',
    noAnswer: 'Chaperone does not answer.',
    noAnswerHint: 'See whether it still runs on this computer.',
    signedOut: 'This page is no longer signed in.',
    signedOutHint: 'Run `chaperone-headless link` and open the address it prints.',
    answered: (status: number) => `Chaperone answered with ${status}.`,
  },
  common: {
    loading: 'Loading…',
    retry: 'Try again',
    cancel: 'Cancel',
    back: 'Back',
    next: 'Next',
    done: 'Done',
    save: 'Save',
    saved: 'Saved',
    remove: 'Remove',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The clipboard cannot be reached.',
    notCopiedHint: 'Select and copy the text by hand.',
    dismiss: 'Dismiss',
    from: 'from {connection}',
    says: 'Chaperone says:',
  },
};
