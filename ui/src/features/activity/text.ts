// What the timeline says.

import type { ActivityView } from '../../api/generated/ActivityView';
import type { Ended } from '../../api/generated/Ended';
import type { VerifyResponse } from '../../api/generated/VerifyResponse';
import { fill, formats, t, type Piece } from '../../i18n';
import { IDS, ruleSays } from '../../words/rules';
import { duration } from '../../words/time';

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

export type SystemEvent = Exclude<ActivityView, { type: 'command' }>;

/** What the person set, by its name in the record. */
function setting(name: string): string {
  const words: Record<string, string> = t().activity.setting;
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}

function named(outside: string): Piece {
  return { outside, as: 'name' };
}

/** What the person tried, and whether it worked. */
function tried({ trial, source, hindrance }: Extract<SystemEvent, { type: 'tried' }>): Piece[] {
  const words = t().trial;
  const what = source === null ? words.did[trial] : words.with(words.did[trial]);
  const sentence =
    hindrance === null ? words.worked(what) : words.workedNot(what, words.hindrance[hindrance]);
  return fill(sentence, { source: { outside: source ?? '', as: 'plain' } });
}

/** What the app itself did, or the person with it. */
export function systemEvent(what: SystemEvent): Piece[] {
  const words = t().activity.events;
  switch (what.type) {
    case 'started':
      return [words.started(what.version)];
    case 'stopped':
      return [words.stopped];
    case 'paused':
      return [words.paused];
    case 'resumed':
      return [words.resumed];
    case 'connected':
      return fill(words.connected, { connection: named(what.connection) });
    case 'disconnected':
      return fill(words.disconnected, { connection: named(what.connection) });
    case 'recordingEnded':
      return fill(words.recordingEnded, { why: { outside: what.why, as: 'quote' } });
    case 'recordingCut':
      return [words.recordingCut(duration(what.wasMs), duration(what.isMs))];
    case 'retaken':
      return [words.retaken];
    case 'artifactDeleted':
      return [words.artifactDeleted];
    case 'tried':
      return tried(what);
    case 'ruleAdded':
      // Whom it names goes by its id: no names are known here.
      return fill(words.ruleAdded, { sentence: ruleSays(what.terms, IDS) });
    case 'ruleRemoved':
      return fill(words.ruleRemoved, { rule: { outside: what.rule, as: 'code' } });
    case 'settingsChanged': {
      const which = formats().list.format(what.which.map(setting));
      return [which === '' ? words.someSettingsChanged : words.settingsChanged(which)];
    }
    case 'agentCeiling': {
      const { agent, connection, ceiling } = what;
      const sentence = ceiling === null ? words.ceilingTaken : words.ceilingSet(t().level[ceiling]);
      return fill(sentence, { agent: named(agent), connection: named(connection) });
    }
    case 'agentMuted':
      return fill(what.muted ? words.muted : words.unmuted, {
        agent: named(what.agent),
        connection: named(what.connection),
      });
    case 'paired':
      return fill(words.paired, {
        connection: named(what.connection),
        address: { outside: what.address, as: 'code' },
      });
    case 'signedIn':
      return fill(words.signedIn, { connection: named(what.connection) });
    case 'connectionChanged':
      return fill(words.connectionChanged, { connection: named(what.connection) });
    case 'hubSwitched':
      return fill(what.on ? words.hubSwitchedOn : words.hubSwitchedOff, {
        connection: named(what.connection),
        switch: named(what.switch),
      });
    case 'unpaired':
      return fill(words.unpaired, { connection: named(what.connection) });
    case 'flooded':
      return fill(words.flooded(what.refused), { connection: named(what.connection) });
    case 'locked':
      return [what.ended === 0 ? words.locked : words.lockedEnding(what.ended)];
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
  recordingCut: 'scissors',
  retaken: 'again',
  artifactDeleted: 'bin',
  tried: 'eye',
  ruleAdded: 'rule',
  ruleRemoved: 'rule',
  settingsChanged: 'sliders',
  agentCeiling: 'level',
  agentMuted: 'mute',
  paired: 'link',
  signedIn: 'key',
  connectionChanged: 'sliders',
  hubSwitched: 'sliders',
  unpaired: 'unlink',
  flooded: 'warning',
  locked: 'lock',
} as const satisfies Record<SystemEvent['type'], string>;

/** What to look for down the margin. */
export function systemIcon({ type }: SystemEvent): (typeof SYSTEM_ICON)[SystemEvent['type']] {
  return SYSTEM_ICON[type];
}

export function verdict({ entries, broken, searchMended }: VerifyResponse): string {
  const words = t().activity;
  if (broken !== null) return words.broken(broken.seq, broken.problem);
  const whole = words.whole(entries);
  return searchMended ? `${whole} ${words.mended}` : whole;
}

export function captureIcon(mediaType: string): 'camera' | 'record' {
  return mediaType.startsWith('video/') || mediaType === 'image/gif' ? 'record' : 'camera';
}

export function cut(bytes: number): string {
  return t().activity.cut(formats().someBytes.format(bytes));
}
