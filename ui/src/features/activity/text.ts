// What the timeline says, in English.

import type { ActivityView } from '../../api/generated/ActivityView';
import type { Ended } from '../../api/generated/Ended';
import type { VerifyResponse } from '../../api/generated/VerifyResponse';
import { duration } from '../../words/time';
import { counted, digits, LEVEL } from '../../words/words';
import type { Filter } from './fold';

export const text = {
  filters: 'Show',
  older: 'Older',
  loading: 'Loading…',
  retry: 'Try again',
  emptyTitle: 'Nothing happened yet',
  emptyBody: 'Every command, every answer and every refusal is written down here, for good.',
  noneSuch: 'None of these among the entries loaded.',
  thatIsAll: 'That is all, from the beginning.',
  verify: 'Check the record',
  verifying: 'Checking…',
  verifyWhat: 'Every entry is chained to the one before and sealed with this device’s key.',
  output: 'Show what it printed',
  printed: 'What it printed',
  errors: 'What it printed as errors',
  nothing: 'It printed nothing.',
  nothingKept: 'It printed nothing that was kept.',
  more: 'Scroll to read all of it.',
  entry: 'Entry',
  from: 'From',
  line: 'The line',
  time: 'When',
  took: 'Took',
  exit: 'Exit code',
  outcome: 'Outcome',
  contained: 'Contained',
  encrypted: 'encrypted',
  why: 'Why',
  decided: 'decided',
} as const;

export const FILTER: Record<Filter, string> = {
  all: 'All',
  shell: 'Shell',
  camera: 'Camera',
  screen: 'Screen',
  location: 'Location',
  notifications: 'Notifications',
  refused: 'Refused',
};

/** How it ended, in a word or two. */
export const ENDED: Record<Ended, string> = {
  free: 'free',
  watched: 'you could watch',
  allowed: 'allowed by you',
  denied: 'denied by you',
  expired: 'no answer',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  forbidden: 'blocked',
  failed: 'failed',
};

/** The same as a sentence. */
export const OUTCOME: Record<Ended, string> = {
  free: 'Done without asking, as your table says.',
  watched: 'Done in sight, as your table says.',
  allowed: 'Done after you allowed it.',
  denied: 'Not done: you denied it.',
  expired: 'Not done: nobody answered in time, which counts as no.',
  cancelled: 'Stopped before its end.',
  interrupted: 'Chaperone ended while it ran. It was not run again.',
  forbidden: 'Not done: it was not allowed.',
  failed: 'It was allowed, and it failed.',
};

export const ENDED_TONE = {
  free: 'green',
  watched: 'green',
  allowed: 'green',
  denied: 'danger',
  expired: 'amber',
  cancelled: 'amber',
  interrupted: 'amber',
  forbidden: 'danger',
  failed: 'danger',
} as const satisfies Record<Ended, string>;

/** Whether it was carried out, at least in part. */
export const HAPPENED: Record<Ended, boolean> = {
  free: true,
  watched: true,
  allowed: true,
  denied: false,
  expired: false,
  cancelled: false,
  interrupted: true,
  forbidden: false,
  failed: false,
};

type SystemEvent = Exclude<ActivityView, { type: 'command' }>;

/** What the person sets, by its name in the record. */
const SETTING: Record<string, string> = {
  switches: 'what is switched on',
  standing: 'the table of what agents may do',
  graduated_shell: 'harmless commands for lower levels',
  retention_days: 'how long captures are kept',
  place: 'the place that is told',
  camera: 'the camera that is used',
  recording_sound: 'what recordings with sound hear',
  capture_unseen: 'captures where nothing can show them',
  commands_per_minute: 'how many commands a hub may send',
  folders: 'folders for programs',
};

/** A part of a sentence: our own words, or words from outside. */
export type Piece = string | { outside: string; as: 'code' | 'quote' | 'name' };

function name(outside: string): Piece {
  return { outside, as: 'name' };
}

/** What the app itself did, or the person with it. */
export function systemEvent(what: SystemEvent): Piece[] {
  switch (what.type) {
    case 'started':
      return [`Chaperone ${what.version} started`];
    case 'stopped':
      return ['Chaperone stopped'];
    case 'paused':
      return ['Everything was paused'];
    case 'resumed':
      return ['Everything was resumed'];
    case 'connected':
      return ['Connected to', name(what.connection)];
    case 'disconnected':
      return ['Lost the connection to', name(what.connection)];
    case 'recordingEnded':
      return ['A recording ended:', { outside: what.why, as: 'quote' }];
    case 'artifactDeleted':
      return ['A picture or recording was deleted from this computer'];
    case 'ruleAdded':
      return ['You made a rule:', { outside: what.sentence, as: 'quote' }];
    case 'ruleRemoved':
      return ['A rule was taken back:', { outside: what.rule, as: 'code' }];
    case 'settingsChanged': {
      const which = what.which.map((one) =>
        Object.hasOwn(SETTING, one) ? (SETTING[one] ?? one) : one,
      );
      return [which.length === 0 ? 'You changed settings' : `You changed ${which.join(', ')}`];
    }
    case 'agentCeiling':
      return what.ceiling === null
        ? ['You took back your own limit for', name(what.agent), 'at', name(what.connection)]
        : [
            'You let',
            name(what.agent),
            'at',
            name(what.connection),
            `count for at most ${LEVEL[what.ceiling]}`,
          ];
    case 'agentMuted':
      return [
        what.muted ? 'You muted' : 'You hear again',
        name(what.agent),
        'at',
        name(what.connection),
      ];
    case 'paired':
      return [
        'You paired this computer with',
        name(what.connection),
        { outside: what.address, as: 'code' },
      ];
    case 'signedIn':
      return ['You signed in again at', name(what.connection)];
    case 'connectionChanged':
      return ['You changed the connection to', name(what.connection)];
    case 'unpaired':
      return ['You ended the pairing with', name(what.connection)];
    case 'flooded':
      return [
        name(what.connection),
        `sent too many commands: ${counted(what.refused, 'was', 'were')} refused unheard`,
      ];
    case 'locked':
      return [
        what.ended === 0
          ? 'The screen was locked'
          : `The screen was locked, which ended ${counted(what.ended, 'rule or answer', 'rules and answers')}`,
      ];
  }
}

const SYSTEM_ICON = {
  started: 'now',
  stopped: 'now',
  paused: 'pause',
  resumed: 'play',
  connected: 'link',
  disconnected: 'link',
  recordingEnded: 'record',
  artifactDeleted: 'bin',
  ruleAdded: 'rule',
  ruleRemoved: 'rule',
  settingsChanged: 'sliders',
  agentCeiling: 'level',
  agentMuted: 'mute',
  paired: 'link',
  signedIn: 'key',
  connectionChanged: 'sliders',
  unpaired: 'unlink',
  flooded: 'warning',
  locked: 'lock',
} as const satisfies Record<SystemEvent['type'], string>;

/** What to look for down the margin. */
export function systemIcon({ type }: SystemEvent): (typeof SYSTEM_ICON)[SystemEvent['type']] {
  return SYSTEM_ICON[type];
}

export function verdict({ entries, broken, searchMended }: VerifyResponse): string {
  if (broken === null) {
    const whole = `The record is whole: ${digits(entries)} ${entries === 1 ? 'entry' : 'entries'}, each as it was written.`;
    return searchMended
      ? `${whole} What searches use did not agree with it, and was made again.`
      : whole;
  }
  return `The record was tampered with at entry ${digits(broken.seq)}: ${broken.problem}`;
}

/** When something that is kept goes, said as “in 6 days”. */
export function deletedIn(when: string): string {
  return `deleted ${when}`;
}

export function captureIcon(mediaType: string): 'camera' | 'record' {
  return mediaType.startsWith('video/') || mediaType === 'image/gif' ? 'record' : 'camera';
}

export function cut(bytes: number): string {
  const size = new Intl.NumberFormat('en', {
    style: 'unit',
    unit: 'byte',
    unitDisplay: 'long',
    notation: 'compact',
  });
  return `${size.format(bytes)} in the middle were left out.`;
}

export function took(ms: number): string {
  return duration(ms);
}
