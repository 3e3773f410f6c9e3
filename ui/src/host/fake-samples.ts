// Sample data about what the person decides: agents, rules, capabilities, settings, kinds of hubs.

import type { ArtifactView } from '../api/generated/ArtifactView';
import type { CapabilityState } from '../api/generated/CapabilityState';
import type { CapabilityView } from '../api/generated/CapabilityView';
import type { DialectView } from '../api/generated/DialectView';
import type { KnownAgentView } from '../api/generated/KnownAgentView';
import type { LevelChangeView } from '../api/generated/LevelChangeView';
import type { RefusedRuleView } from '../api/generated/RefusedRuleView';
import type { RuleView } from '../api/generated/RuleView';
import type { SettingsView } from '../api/generated/SettingsView';
import { rule } from './requests';

const DAY = 86_400_000;

export function agents(now: number): KnownAgentView[] {
  return [
    {
      connection: 'this-computer',
      connectionName: 'This computer',
      id: 'release-bot',
      name: 'Release Bot',
      claim: 'autonomous',
      ceiling: 'supervised',
      counts: 'supervised',
      muted: false,
      firstSeenAt: now - 112 * DAY,
      lastSeenAt: now - 120_000,
    },
    {
      connection: 'atom',
      connectionName: 'Atom at work',
      id: 'field-notes',
      name: 'Field Notes',
      claim: 'autonomous',
      ceiling: null,
      counts: 'intern',
      muted: false,
      firstSeenAt: now - 20 * DAY,
      lastSeenAt: now - 3 * 3_600_000,
    },
    {
      connection: 'atom',
      connectionName: 'Atom at work',
      id: 'scout',
      name: 'Scout of the very long name that somebody gave it',
      claim: 'student',
      ceiling: null,
      counts: 'student',
      muted: true,
      firstSeenAt: now - 2 * DAY,
      lastSeenAt: now - DAY,
    },
  ];
}

export function levelChanges(now: number): LevelChangeView[] {
  return [
    { what: 'ceiling', by: 'person', at: now - DAY, from: null, to: 'supervised' },
    { what: 'claim', by: 'hub', at: now - 30 * DAY, from: 'supervised', to: 'autonomous' },
    { what: 'claim', by: 'hub', at: now - 112 * DAY, from: null, to: 'supervised' },
  ];
}

export function rules(now: number): RuleView[] {
  return [
    rule(now - 5 * DAY, {
      id: 'rule-7',
      createdAt: now - 5 * DAY,
      lastUsedAt: now - 120_000,
      document: {
        id: 'rule-7',
        scope: { connection: 'this-computer', agent: 'release-bot' },
        expires_at: new Date(now + 9 * DAY).toISOString(),
      },
    }),
    rule(now, {
      id: 'rule-3',
      document: { id: 'rule-3', scope: { connection: 'this-computer', agent: 'release-bot' } },
      sentence: 'never: `git` `push` `--force` and anything after it, for the agent release-bot',
      answer: 'forbid',
      createdAt: now - 90 * DAY,
    }),
    rule(now, {
      id: 'rule-1',
      document: { id: 'rule-1', scope: {}, until_lock: true },
      sentence: 'ask before a recording of any display, for every agent',
      answer: 'ask',
      createdAt: now - 60 * DAY,
      lastUsedAt: now - 34 * DAY,
    }),
  ];
}

export function refusedRules(now: number): RefusedRuleView[] {
  return [
    {
      rule: rule(now, {
        id: 'rule-2',
        document: { id: 'rule-2', scope: {} },
        sentence: 'run, watched, `ls` and anything after it, for every agent',
      }),
      problem: 'it covers `ls -la /etc`, and its example says that it does not',
      counts: false,
    },
  ];
}

function state(
  capability: CapabilityView,
  note: string,
  more: Partial<CapabilityState> = {},
): CapabilityState {
  return { capability, on: true, available: true, note, ...more };
}

export const capabilities: CapabilityState[] = [
  state('notification', 'the desktop’s notifications'),
  state('location', 'what the system’s location service finds'),
  state('camera', 'no camera is there', { available: false }),
  state('screen', 'Dell U2720Q (DP-1, 3840x2160), Built-in display (eDP-1, 1920x1200)'),
  state('microphone', 'the sound of recordings: what the microphone hears', { on: false }),
  state('network', 'write here, with network by bubblewrap'),
  state('shell', 'read-only, no network by bubblewrap'),
];

export const settings: SettingsView = {
  graduatedShell: false,
  retentionDays: 7,
  place: null,
  camera: null,
  recordingSound: 'microphone',
  captureUnseen: false,
  commandsPerMinute: 100,
  folders: [
    { path: '/home/ada/code/site', access: 'write' },
    { path: '/home/ada/scratch', access: 'uncontained' },
  ],
};

export const dialects: DialectView[] = [
  { id: 'adiuva', name: 'Adiuva', ways: ['password', 'pastedToken'] },
  { id: 'angela', name: 'Angela', ways: [] },
  { id: 'archety', name: 'Archety', ways: ['registration'] },
  { id: 'atom', name: 'Atom', ways: ['deviceCode', 'password', 'pastedToken'] },
  { id: 'blueprint', name: 'SmartBlueprint Pro', ways: ['pastedToken'] },
];

export function artifacts(now: number, count: number): ArtifactView[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `artifact-${index}`,
    number: count - index,
    mediaType: index % 3 === 2 ? 'video/mp4' : 'image/jpeg',
    bytes: index % 3 === 2 ? 3_100_000 : 214_000 + index,
    createdAt: now - index * 5 * 3_600_000,
    expiresAt: now + 7 * DAY - index * 5 * 3_600_000,
    command: String(index),
    hasThumbnail: index % 3 !== 2,
  }));
}
