// Sample data about what the person decides: agents, rules, capabilities, settings, kinds of hubs.

import type { ArtifactView } from '../api/generated/ArtifactView';
import type { CapabilityState } from '../api/generated/CapabilityState';
import type { CapabilityView } from '../api/generated/CapabilityView';
import type { DevicesResponse } from '../api/generated/DevicesResponse';
import type { DialectView } from '../api/generated/DialectView';
import type { HubFactsView } from '../api/generated/HubFactsView';
import type { KnownAgentView } from '../api/generated/KnownAgentView';
import type { LevelChangeView } from '../api/generated/LevelChangeView';
import type { OwnAgentView } from '../api/generated/OwnAgentView';
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
      commands: 4211,
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
      commands: 36,
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
      commands: 3,
      firstSeenAt: now - 2 * DAY,
      lastSeenAt: now - DAY,
    },
  ];
}

export function ownAgents(now: number): OwnAgentView[] {
  const key = { id: 'release-bot', label: 'first', createdAt: now - 112 * DAY };
  return [
    {
      id: 'release-bot',
      name: 'Release Bot',
      level: 'autonomous',
      perMinute: 100,
      createdAt: now - 112 * DAY,
      keys: [key],
    },
  ];
}

export const hubFacts: HubFactsView = {
  rest: 'http://127.0.0.1:7377',
  mcp: 'http://127.0.0.1:7377/mcp',
  docs: 'http://127.0.0.1:7377/docs',
  device: 'this-computer',
};

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
      uses: 128,
      expiresAt: now + 9 * DAY,
    }),
    rule(now, {
      id: 'rule-3',
      sentence: 'forbid `git` `push` (any further words), for the agent release-bot',
      answer: 'forbid',
      matches: {
        type: 'argv',
        program: 'git',
        arguments: [
          { type: 'exact', word: 'push' },
          { type: 'exact', word: '--force' },
          { type: 'rest', options: true },
        ],
      },
      folder: null,
      createdAt: now - 90 * DAY,
    }),
    rule(now, {
      id: 'rule-1',
      sentence: 'ask about recordings of any display, for any agent',
      answer: 'ask',
      capability: 'screen',
      matches: { type: 'screen', display: null, captures: 'recording' },
      connection: null,
      agent: null,
      folder: null,
      untilLock: true,
      uses: 3,
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
        sentence: 'run, watched, `ls` (any further words), for any agent',
        matches: { type: 'argv', program: 'ls', arguments: [{ type: 'rest', options: true }] },
        connection: null,
        agent: null,
        folder: null,
      }),
      problem: 'it covers `ls -la /etc`, and its example says that it does not',
      because: { type: 'covered', sample: '`ls -la /etc`' },
      counts: false,
    },
  ];
}

function state(
  capability: CapabilityView,
  note: string,
  more: Partial<CapabilityState> = {},
): CapabilityState {
  const found = { type: 'notHere' } as const;
  return { capability, on: true, available: true, note, found, fix: null, ...more };
}

export const capabilities: CapabilityState[] = [
  state('notification', 'the desktop’s notifications', { found: { type: 'notifications' } }),
  state('location', 'what the system’s location service finds', {
    found: { type: 'locationService' },
  }),
  state('camera', 'no camera is there', {
    available: false,
    found: { type: 'noCamera' },
    fix: 'connectCamera',
  }),
  state('screen', 'Dell U2720Q (DP-1, 3840x2160), Built-in display (eDP-1, 1920x1200)', {
    found: { type: 'displays', names: ['Dell U2720Q', 'Built-in display'] },
  }),
  state('microphone', 'the sound of recordings: what the microphone hears', {
    on: false,
    found: { type: 'sound' },
  }),
  state('network', 'write here, with network by bubblewrap', {
    found: { type: 'sandbox', profile: 'writeNetwork', backend: 'bubblewrap' },
  }),
  state('shell', 'read-only, no network by bubblewrap', {
    found: { type: 'sandbox', profile: 'readOnly', backend: 'bubblewrap' },
  }),
];

export const settings: SettingsView = {
  graduatedShell: false,
  retentionDays: 7,
  place: null,
  camera: null,
  display: null,
  recordingSound: 'microphone',
  captureUnseen: false,
  commandsPerMinute: 100,
  folders: [
    { path: '/home/ada/code/site', access: 'write' },
    { path: '/home/ada/scratch', access: 'uncontained' },
  ],
  logFolder: '/home/ada/.local/share/chaperone/logs',
};

export const devices: DevicesResponse = {
  cameras: { sources: [], chosen: null, problem: null },
  displays: {
    sources: [
      { id: 'DP-1', name: 'Dell U2720Q', width: 3840, height: 2160, used: true },
      { id: 'eDP-1', name: 'Built-in display', width: 1920, height: 1200, used: false },
    ],
    chosen: null,
    problem: null,
  },
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
