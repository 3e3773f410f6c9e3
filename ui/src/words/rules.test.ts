import { afterEach, describe, expect, it } from 'vitest';
import type { ArgumentView } from '../api/generated/ArgumentView';
import type { RefusedRuleView } from '../api/generated/RefusedRuleView';
import type { RuleMatchView } from '../api/generated/RuleMatchView';
import type { RuleProblemView } from '../api/generated/RuleProblemView';
import type { RuleView } from '../api/generated/RuleView';
import type { WhyNotView } from '../api/generated/WhyNotView';
import { rule } from '../host/requests';
import { LANGUAGES, speak, type Piece } from '../i18n';
import { IDS, missSays, plainly, problemSays, quoted, ruleSays, type Names } from './rules';

const NOW = Date.UTC(2026, 10, 21, 12);
/** What the core says in its own words: never to be shown where there are words for it here. */
const CORE = 'THE CORE SAYS SO';

const names: Names = {
  agent: (_, agent) => (agent === 'release-bot' ? 'Release Bot' : agent),
  connection: (connection) => (connection === 'this-computer' ? 'This computer' : connection),
};

/** As it would be read, with what came from outside in brackets. */
function read(pieces: Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `[${piece.outside}]`)).join('');
}

function of(matches: RuleMatchView, more: Partial<RuleView> = {}): RuleView {
  const scope = { connection: null, agent: null, folder: null };
  return rule(NOW, { sentence: CORE, matches, ...scope, ...more });
}

const says = (matches: RuleMatchView, more: Partial<RuleView> = {}) =>
  read(ruleSays(of(matches, more), names));

function argv(...given: ArgumentView[]): RuleMatchView {
  return { type: 'argv', program: 'git', arguments: given };
}

const push: ArgumentView = { type: 'exact', word: 'push' };

type Matches = {
  [Type in RuleMatchView['type']]: [Extract<RuleMatchView, { type: Type }>, string][];
};
const MATCHES: Matches = {
  argv: [
    [{ type: 'argv', program: 'git', arguments: [push] }, '[git push]'],
    [{ type: 'argv', program: '/opt/my tool', arguments: [] }, "['/opt/my tool']"],
  ],
  script: [[{ type: 'script', sha256: 'ab12' }, 'exactly the script with the digest [ab12]']],
  notification: [[{ type: 'notification' }, 'any notification']],
  location: [
    [{ type: 'location', precision: 'low' }, 'the place, no more exact than the town'],
    [{ type: 'location', precision: 'medium' }, 'the place, no more exact than the street'],
    [{ type: 'location', precision: 'high' }, 'the place, however exact'],
  ],
  camera: [
    [{ type: 'camera', camera: null }, 'pictures with any camera'],
    [{ type: 'camera', camera: 'front' }, 'pictures with the camera [front]'],
  ],
  microphone: [[{ type: 'microphone' }, 'the sound of recordings']],
  screen: [
    [{ type: 'screen', display: null, captures: 'snapshot' }, 'pictures of any display'],
    [
      { type: 'screen', display: 'DP-1', captures: 'recording' },
      'recordings of the display [DP-1]',
    ],
    [
      { type: 'screen', display: 'DP-1', captures: 'any' },
      'pictures and recordings of the display [DP-1]',
    ],
  ],
  agents: [
    [{ type: 'agents', program: null }, 'any program set up for hubs'],
    [{ type: 'agents', program: 'coder' }, 'the program [coder], set up for hubs'],
  ],
  network: [[{ type: 'network' }, 'commands that reach other computers']],
};
const EVERY_MATCH = Object.values(MATCHES).flat() as [RuleMatchView, string][];

type Misses = { [Type in WhyNotView['type']]: string };
const MISSES: Misses = {
  expired: 'it has ended',
  notYet: 'the clock shows a time before it was made',
  otherConnection: 'it is for another connection',
  otherAgent: 'it is for another agent',
  otherFolder: 'it is for another folder',
  otherProgram: 'it is for another program',
  argument: 'word 2 after the program is none that it allows',
  tooFewArguments: 'it needs more words',
  otherText: 'it is for another text',
  runsOthers: 'the program runs others, and no rule for a program speaks for those',
  variables: 'the command sets variables, which can change what any program does',
  otherKind: 'it is for another kind of command',
  otherPrecision: 'it is for a less exact place',
  otherSource: 'it is for another camera, display or program',
};
const EVERY_MISS = Object.entries(MISSES) as [WhyNotView['type'], string][];
const whyNot = (type: WhyNotView['type']): WhyNotView =>
  type === 'argument' ? { type, at: 1 } : { type };

type Problems = {
  [Type in Exclude<RuleProblemView['type'], 'other'>]: [
    Extract<RuleProblemView, { type: Type }>,
    string,
  ];
};
const PROBLEMS: Problems = {
  sameId: [{ type: 'sameId' }, 'Another rule has the same name.'],
  noProgram: [{ type: 'noProgram' }, 'It names no program.'],
  relativeProgram: [
    { type: 'relativeProgram', program: './x' },
    'Its program [./x] is neither a bare name nor a whole path.',
  ],
  restNotLast: [{ type: 'restNotLast' }, 'Nothing can follow what stands for all the rest.'],
  relativeFolder: [
    { type: 'relativeFolder', folder: '../x' },
    'Its folder [../x] is no whole path without “..”.',
  ],
  folderWithoutCommand: [
    { type: 'folderWithoutCommand' },
    'Only a rule for commands can hold in one folder alone.',
  ],
  agentWithoutConnection: [
    { type: 'agentWithoutConnection' },
    'It names an agent, but not the connection the agent belongs to.',
  ],
  noExample: [{ type: 'noExample' }, 'It has no example of a command that it covers.'],
  notCovered: [
    { type: 'notCovered', sample: '`ls`' },
    'Its own example [ls] should be covered, and is not.',
  ],
  covered: [
    { type: 'covered', sample: '`ls` in /etc' },
    'Its own example [`ls` in /etc] should not be covered, and is.',
  ],
  tooMany: [{ type: 'tooMany', limit: 1000 }, 'It has more than 1,000 words or examples.'],
};
const EVERY_PROBLEM = Object.values(PROBLEMS);
const refused = (because: RuleProblemView): RefusedRuleView => ({
  rule: rule(NOW),
  problem: CORE,
  because,
  counts: false,
});

afterEach(async () => {
  await speak('en');
});

describe('a rule', () => {
  it.each(EVERY_MATCH)('%o: says what it is about', (matches, what) => {
    expect(says(matches)).toBe(`Let it run in sight: ${what}, for every agent`);
  });

  it.each<[ArgumentView[], string]>([
    [[push, { type: 'exact', word: "it's" }], "[git push 'it'\\''s']"],
    [[push, { type: 'rest', options: true }], '[git push] (anything after it)'],
    [[{ type: 'rest', options: false }], '[git] (anything after it but options)'],
    [[{ type: 'any' }, push], '[git] (any word) [push]'],
    [[{ type: 'below', folder: '/srv' }], '[git] (a path in [/srv])'],
    [[{ type: 'oneOf', words: ['a', 'b c', ''] }], "[git] ([a], ['b c'] or [''])"],
  ])('%o: tells what is given from what may vary', (given, line) => {
    expect(says(argv(...given))).toBe(`Let it run in sight: ${line}, for every agent`);
  });

  it.each<[RuleView['answer'], string]>([
    ['free', 'Let it run: any notification, for every agent'],
    ['watch', 'Let it run in sight: any notification, for every agent'],
    ['ask', 'Always ask: any notification, for every agent'],
    ['forbid', 'Never: any notification, for every agent'],
  ])('that says %s begins with it', (answer, sentence) => {
    expect(says({ type: 'notification' }, { answer })).toBe(sentence);
  });

  it.each<[Partial<RuleView>, string]>([
    [{ connection: 'this-computer', agent: 'release-bot' }, 'for [Release Bot] at [This computer]'],
    [{ connection: 'lab', agent: 'x' }, 'for [x] at [lab]'],
    [{ agent: 'x' }, 'for any agent called [x]'],
    [{ connection: 'lab' }, 'for every agent at [lab]'],
    [{ folder: '/srv' }, 'in [/srv] or below it, for every agent'],
    [{ untilLock: true }, 'for every agent, until the screen is locked'],
  ])('%o: says whom, where and how long', (more, rest) => {
    expect(says(argv(push), more)).toBe(`Let it run in sight: [git push], ${rest}`);
  });

  it('says when it ends', () => {
    expect(says(argv(push), { expiresAt: NOW })).toMatch(/, until .*2026/);
  });

  it('that holds a place back does so from there on', () => {
    const of = (precision: 'low' | 'medium' | 'high') =>
      says({ type: 'location', precision }, { answer: 'forbid' });
    expect([of('low'), of('medium'), of('high')]).toEqual([
      'Never: the place, however vague, for every agent',
      'Never: the place, as exact as the street or more, for every agent',
      'Never: the exact place, for every agent',
    ]);
  });

  it('keeps words from outside apart, and hides none of them where it is text', () => {
    const pieces = ruleSays(of(argv({ type: 'exact', word: '{agent} \u202egnp' })), IDS);
    expect(pieces[1]).toEqual({ outside: "git '{agent} \u202egnp'", as: 'code' });
    expect(plainly(pieces)).toBe(
      "Let it run in sight: git '{agent} \\u{202e}gnp', for every agent",
    );
  });
});

describe('a rule that nearly fits', () => {
  it.each(EVERY_MISS)('%s: says why not', (type, why) => {
    const miss = { rule: 'rule-7', why: whyNot(type) };
    expect(read(missSays({ ...miss, word: null }))).toBe(`[rule-7] does not fit: ${why}`);
    expect(read(missSays({ ...miss, word: 'ls' }))).toBe(`[rule-7] does not fit: ${why} ([ls])`);
  });
});

describe('a rule that is refused', () => {
  it.each(EVERY_PROBLEM)('%o: says what is wrong', (because, sentence) => {
    expect(read(problemSays(refused(because)))).toBe(sentence);
  });

  it('leaves a problem without a name to the core', () => {
    expect(read(problemSays(refused({ type: 'other' })))).toBe(`Chaperone says: [${CORE}].`);
  });
});

describe.each(LANGUAGES.filter((one) => one !== 'en'))('in %s', (spoken) => {
  it('all of it is said, and nothing in English', async () => {
    const all = () => [
      ...EVERY_MATCH.map(([matches]) => read(ruleSays(of(matches, { folder: '/srv' }), names))),
      ...EVERY_MISS.map(([type]) =>
        read(missSays({ rule: 'rule-7', why: whyNot(type), word: 'ls' })),
      ),
      ...EVERY_PROBLEM.map(([because]) => read(problemSays(refused(because)))),
    ];
    const english = all();
    await speak(spoken);
    const said = all();
    expect(said.filter((one, index) => one === english[index])).toEqual([]);
    expect(said.filter((one) => one.includes(CORE) || /[{}]|undefined/.test(one))).toEqual([]);
    // What came from outside is in it all the same.
    const outside = (one: string) => (one.match(/\[[^\]]*\]/g) ?? []).sort();
    expect(said.map(outside)).toEqual(english.map(outside));
  });
});

it('quotes what a shell would take apart', () => {
  expect(['git', 'a b', '', 'A=1', '~', '--x=1', 'a/b.c:d@e%f+g,h-i'].map(quoted)).toEqual([
    'git',
    "'a b'",
    "''",
    "'A=1'",
    "'~'",
    "'--x=1'",
    'a/b.c:d@e%f+g,h-i',
  ]);
});
