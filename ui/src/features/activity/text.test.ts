import { afterEach, describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { Ended } from '../../api/generated/Ended';
import type { RuleTermsView } from '../../api/generated/RuleTermsView';
import * as samples from '../../host/samples';
import { mayHavePrinted } from './fold';
import { LANGUAGES, speak, type Piece } from '../../i18n';
import { systemEvent, systemIcon, type SystemEvent } from './text';

const HUB = 'Atom at work';

/** As it would be read, with what came from outside in brackets. */
function read(pieces: Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `[${piece.outside}]`)).join('');
}

const TERMS: RuleTermsView = {
  answer: 'watch',
  matches: { type: 'argv', program: 'git', arguments: [{ type: 'exact', word: 'log' }] },
  connection: 'team',
  agent: 'scout',
  folder: '/srv/site',
  expiresAt: null,
  untilLock: false,
};

type Kinds = { [Type in SystemEvent['type']]: [Extract<SystemEvent, { type: Type }>, string][] };

/** Every kind of entry but a command, in English: one that is missing here does not compile. */
const SAID: Kinds = {
  started: [[{ type: 'started', version: '0.1.0' }, 'Chaperone 0.1.0 started']],
  stopped: [[{ type: 'stopped' }, 'Chaperone stopped']],
  paused: [[{ type: 'paused' }, 'Everything was paused']],
  resumed: [[{ type: 'resumed' }, 'Everything was resumed']],
  connected: [[{ type: 'connected', connection: HUB }, 'Connected to [Atom at work]']],
  disconnected: [
    [{ type: 'disconnected', connection: HUB }, 'Lost the connection to [Atom at work]'],
  ],
  recordingEnded: [
    [{ type: 'recordingEnded', why: 'it was long' }, 'A recording ended: [it was long]'],
  ],
  recordingCut: [
    [
      { type: 'recordingCut', wasMs: 90_000, isMs: 20_000 },
      'You cut a recording from 1 min 30 sec to 20 sec before it left',
    ],
  ],
  retaken: [[{ type: 'retaken' }, 'You had something captured once more before it left']],
  tried: [
    [
      { type: 'tried', trial: 'camera', source: 'Front', hindrance: null, message: null },
      'You tried the camera ([Front]): it worked',
    ],
    [
      { type: 'tried', trial: 'location', source: null, hindrance: 'refused', message: 'no' },
      'You tried to find the location: the system does not let Chaperone use it',
    ],
  ],
  artifactDeleted: [
    [{ type: 'artifactDeleted' }, 'A picture or recording was deleted from this computer'],
  ],
  ruleAdded: [
    [
      { type: 'ruleAdded', sentence: 'run, watched, `git` `log`', terms: TERMS },
      'You made a rule: Let it run in sight: [git log], in [/srv/site] or below it, for [scout] at [team]',
    ],
  ],
  ruleRemoved: [[{ type: 'ruleRemoved', rule: 'rule-7' }, 'A rule was taken back: [rule-7]']],
  settingsChanged: [
    [
      { type: 'settingsChanged', which: ['standing', 'retention_days', 'newer'] },
      'You changed the table of what agents may do, how long captures are kept and newer',
    ],
    [
      { type: 'settingsChanged', which: ['recording_sound'] },
      'You changed what recordings with sound hear',
    ],
    [{ type: 'settingsChanged', which: [] }, 'You changed settings'],
  ],
  agentCeiling: [
    [
      { type: 'agentCeiling', connection: HUB, agent: 'scout', ceiling: 'intern' },
      'You let [scout] at [Atom at work] count for at most Intern',
    ],
    [
      { type: 'agentCeiling', connection: HUB, agent: 'scout', ceiling: null },
      'You took back your own limit for [scout] at [Atom at work]',
    ],
  ],
  agentMuted: [
    [
      { type: 'agentMuted', connection: HUB, agent: 'scout', muted: true },
      'You muted [scout] at [Atom at work]',
    ],
    [
      { type: 'agentMuted', connection: HUB, agent: 'scout', muted: false },
      'You hear again [scout] at [Atom at work]',
    ],
  ],
  paired: [
    [
      { type: 'paired', connection: HUB, address: 'wss://atom.example.org' },
      'You paired this computer with [Atom at work] [wss://atom.example.org]',
    ],
  ],
  signedIn: [[{ type: 'signedIn', connection: HUB }, 'You signed in again at [Atom at work]']],
  connectionChanged: [
    [
      { type: 'connectionChanged', connection: HUB },
      'You changed the connection to [Atom at work]',
    ],
  ],
  hubSwitched: [
    [
      { type: 'hubSwitched', connection: HUB, switch: 'vision', on: true },
      'You asked [Atom at work] to switch on [vision]',
    ],
    [
      { type: 'hubSwitched', connection: HUB, switch: 'vision', on: false },
      'You asked [Atom at work] to switch off [vision]',
    ],
  ],
  unpaired: [[{ type: 'unpaired', connection: HUB }, 'You ended the pairing with [Atom at work]']],
  flooded: [
    [
      { type: 'flooded', connection: HUB, refused: 1 },
      '[Atom at work] sent too many commands: one was refused unheard',
    ],
  ],
  locked: [
    [{ type: 'locked', ended: 0 }, 'The screen was locked'],
    [{ type: 'locked', ended: 2 }, 'The screen was locked, which ended two rules and answers'],
  ],
};
const EVERY = Object.values(SAID).flat() as [SystemEvent, string][];

afterEach(async () => {
  await speak('en');
});

describe('an entry of the record', () => {
  it.each(EVERY)('%o: is a sentence, with what came from outside told apart', (what, sentence) => {
    expect(read(systemEvent(what))).toBe(sentence);
    expect(systemIcon(what)).toBeTruthy();
  });

  it.each(LANGUAGES.filter((one) => one !== 'en'))('has words of its own in %s', async (spoken) => {
    await speak(spoken);
    for (const [what, english] of EVERY) {
      const said = read(systemEvent(what));
      expect(said).not.toBe(english);
      expect(said).not.toMatch(/[{}]|undefined/);
      // What came from outside is in it, as it is.
      const outside = english.match(/\[[^\]]*\]/g) ?? [];
      expect(outside.filter((one) => !said.includes(one))).toEqual([]);
    }
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
      'hubSwitched',
      'locked',
      'paired',
      'paused',
      'recordingCut',
      'recordingEnded',
      'resumed',
      'retaken',
      'ruleAdded',
      'ruleRemoved',
      'settingsChanged',
      'signedIn',
      'started',
      'tried',
      'unpaired',
    ]);
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
