import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { ActivityView } from '../../api/generated/ActivityView';
import type { Ended } from '../../api/generated/Ended';
import * as samples from '../../host/samples';
import { mayHavePrinted, passes, type Filter } from './fold';
import type { Piece } from '../../i18n';
import { systemEvent, systemIcon } from './text';

const HUB = 'Atom at work';

/** As it would be read, with what came from outside in brackets. */
function read(pieces: Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `[${piece.outside}]`)).join('');
}

describe('an entry of the record', () => {
  it.each<[Exclude<ActivityView, { type: 'command' }>, string]>([
    [{ type: 'recordingEnded', why: 'it was long' }, 'A recording ended: [it was long]'],
    [{ type: 'artifactDeleted' }, 'A picture or recording was deleted from this computer'],
    [{ type: 'ruleAdded', sentence: 'run `ls`' }, 'You made a rule: [run `ls`]'],
    [{ type: 'ruleRemoved', rule: 'rule-7' }, 'A rule was taken back: [rule-7]'],
    [
      { type: 'settingsChanged', which: ['standing', 'retention_days', 'newer'] },
      'You changed the table of what agents may do, how long captures are kept and newer',
    ],
    [
      { type: 'settingsChanged', which: ['recording_sound'] },
      'You changed what recordings with sound hear',
    ],
    [{ type: 'settingsChanged', which: [] }, 'You changed settings'],
    [
      { type: 'agentCeiling', connection: HUB, agent: 'scout', ceiling: 'intern' },
      'You let [scout] at [Atom at work] count for at most Intern',
    ],
    [
      { type: 'agentCeiling', connection: HUB, agent: 'scout', ceiling: null },
      'You took back your own limit for [scout] at [Atom at work]',
    ],
    [
      { type: 'agentMuted', connection: HUB, agent: 'scout', muted: true },
      'You muted [scout] at [Atom at work]',
    ],
    [
      { type: 'agentMuted', connection: HUB, agent: 'scout', muted: false },
      'You hear again [scout] at [Atom at work]',
    ],
    [
      { type: 'paired', connection: HUB, address: 'wss://atom.example.org' },
      'You paired this computer with [Atom at work] [wss://atom.example.org]',
    ],
    [{ type: 'signedIn', connection: HUB }, 'You signed in again at [Atom at work]'],
    [
      { type: 'connectionChanged', connection: HUB },
      'You changed the connection to [Atom at work]',
    ],
    [{ type: 'unpaired', connection: HUB }, 'You ended the pairing with [Atom at work]'],
    [
      { type: 'flooded', connection: HUB, refused: 1 },
      '[Atom at work] sent too many commands: one was refused unheard',
    ],
    [{ type: 'locked', ended: 0 }, 'The screen was locked'],
    [{ type: 'locked', ended: 2 }, 'The screen was locked, which ended two rules and answers'],
  ])('%#: is a sentence, with what came from outside told apart', (what, sentence) => {
    expect(read(systemEvent(what))).toBe(sentence);
    expect(systemIcon(what)).toBeTruthy();
  });

  it('is of a kind that there is a sample of', () => {
    const kinds = new Set(samples.record(0, 60).map(({ what }) => what.type));
    expect([...kinds].sort()).toEqual([
      'agentCeiling',
      'agentMuted',
      'artifactDeleted',
      'command',
      'connected',
      'connectionChanged',
      'disconnected',
      'flooded',
      'locked',
      'paired',
      'paused',
      'recordingEnded',
      'resumed',
      'ruleAdded',
      'ruleRemoved',
      'settingsChanged',
      'signedIn',
      'started',
      'unpaired',
    ]);
  });
});

describe('the senses among the entries', () => {
  const entries = samples.record(0, 60);

  it.each<[Filter, string[]]>([
    ['camera', ['camera']],
    ['screen', ['endRecording', 'recording', 'screenshot']],
    ['location', ['location']],
  ])('%s', (filter, kinds) => {
    const found = entries
      .filter((entry) => passes(entry, filter))
      .map(({ what }) => (what.type === 'command' ? what.action.type : what.type));
    expect([...new Set(found)].sort()).toEqual(kinds);
  });
});

describe('what may have printed something', () => {
  const of = (ended: Ended, type: 'shell' | 'camera' = 'shell'): ActivityEntry => ({
    seq: 1,
    at: 0,
    what: {
      type: 'command',
      id: '1',
      agent: samples.scout,
      connection: HUB,
      action: type === 'shell' ? { type, line: 'date' } : { type },
      reasons: [],
      ended,
      message: null,
      exitCode: null,
      tookMs: null,
    },
  });

  it.each<[Ended, boolean]>([
    ['free', true],
    ['watched', true],
    ['allowed', true],
    ['cancelled', true],
    ['interrupted', true],
    ['failed', true],
    ['denied', false],
    ['expired', false],
    ['forbidden', false],
  ])('%s: %s', (ended, printed) => {
    expect(mayHavePrinted(of(ended))).toBe(printed);
    expect(mayHavePrinted(of(ended, 'camera'))).toBe(false);
  });
});
