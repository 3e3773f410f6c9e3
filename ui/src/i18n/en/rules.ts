// What is said about rules, and what they say.

import type { PrecisionView } from '../../api/generated/PrecisionView';
import type { RuleProblemView } from '../../api/generated/RuleProblemView';
import type { ScreenUseView } from '../../api/generated/ScreenUseView';
import type { VerdictView } from '../../api/generated/VerdictView';
import type { WhyNotView } from '../../api/generated/WhyNotView';
import { counted, digits } from './counted';

export const rules = {
  title: 'Rules for it',
  everybody: 'Rules for every agent',
  none: 'No rules. “Always allow…” in a request makes one.',
  made: (when: string) => `made on ${when}`,
  until: (when: string) => `until ${when}`,
  untilLock: 'until the screen is locked',
  used: (when: string) => `last used ${when}`,
  neverUsed: 'never used',
  stale: 'Not used for 30 days. You could remove it.',
  removed: 'The rule is removed.',
  remove: (sentence: string) => `Remove the rule: ${sentence}`,
  refused: 'Something is wrong with this rule:',
  refusedCounts: 'It goes on holding things back.',
  refusedNot: 'It lets nothing run.',
  add: 'Hold something back',
  addBody:
    'Such a rule only ever makes things stricter. Rules that let something run are made in a request, where you see what it is about.',
  program: 'Commands that begin with',
  programHint: 'A program and, if you like, its first words: git push',
  answer: 'Are',
  answers: { forbid: 'always blocked', ask: 'always asked' },
  forWhom: 'For',
  thisAgent: 'this agent',
  everyAgent: 'every agent',
  addIt: 'Add the rule',
  added: 'The rule holds from now on.',
  needsProgram: 'Type the name of a program.',
  uses: (times: number) => `used ${counted(times, 'time', 'times')}`,
  /** What a rule answers, before what it answers. */
  says: {
    free: 'Let it run: ',
    watch: 'Let it run in sight: ',
    ask: 'Always ask: ',
    forbid: 'Never: ',
  } satisfies Record<VerdictView, string>,
  /** Between the parts of a rule. */
  comma: ', ',
  /** What may stand for an argument. */
  argument: {
    any: '(any word)',
    below: '(a path in {folder})',
    rest: '(anything after it)',
    restWithoutOptions: '(anything after it but options)',
  },
  matches: {
    script: 'exactly the script with the digest {digest}',
    notification: 'any notification',
    placeUpTo: {
      low: 'the place, no more exact than the town',
      medium: 'the place, no more exact than the street',
      high: 'the place, however exact',
    } satisfies Record<PrecisionView, string>,
    placeFrom: {
      low: 'the place, however vague',
      medium: 'the place, as exact as the street or more',
      high: 'the exact place',
    } satisfies Record<PrecisionView, string>,
    anyCamera: 'pictures with any camera',
    camera: 'pictures with the camera {name}',
    microphone: 'the sound of recordings',
    screen: {
      snapshot: { any: 'pictures of any display', on: 'pictures of the display {name}' },
      recording: { any: 'recordings of any display', on: 'recordings of the display {name}' },
      any: {
        any: 'pictures and recordings of any display',
        on: 'pictures and recordings of the display {name}',
      },
    } satisfies Record<ScreenUseView, { any: string; on: string }>,
    anyProgram: 'any program set up for hubs',
    program: 'the program {name}, set up for hubs',
    network: 'commands that reach other computers',
  },
  inFolder: 'in {folder} or below it',
  whom: {
    anybody: 'for every agent',
    connection: 'for every agent at {connection}',
    agent: 'for any agent called {agent}',
    agentAt: 'for {agent} at {connection}',
  },
  miss: '{rule} does not fit: {why}',
  missAt: '{rule} does not fit: {why} ({word})',
  whyNot: {
    expired: 'it has ended',
    notYet: 'the clock shows a time before it was made',
    otherConnection: 'it is for another connection',
    otherAgent: 'it is for another agent',
    otherFolder: 'it is for another folder',
    otherProgram: 'it is for another program',
    argument: (place: number) => `word ${digits(place)} after the program is none that it allows`,
    tooFewArguments: 'it needs more words',
    otherText: 'it is for another text',
    runsOthers: 'the program runs others, and no rule for a program speaks for those',
    variables: 'the command sets variables, which can change what any program does',
    otherKind: 'it is for another kind of command',
    otherPrecision: 'it is for a less exact place',
    otherSource: 'it is for another camera, display or program',
  } satisfies Record<WhyNotView['type'], string | ((place: number) => string)>,
  problem: {
    sameId: 'Another rule has the same name.',
    noProgram: 'It names no program.',
    relativeProgram: 'Its program {program} is neither a bare name nor a whole path.',
    restNotLast: 'Nothing can follow what stands for all the rest.',
    relativeFolder: 'Its folder {folder} is no whole path without “..”.',
    folderWithoutCommand: 'Only a rule for commands can hold in one folder alone.',
    agentWithoutConnection: 'It names an agent, but not the connection the agent belongs to.',
    noExample: 'It has no example of a command that it covers.',
    notCovered: 'Its own example {sample} should be covered, and is not.',
    covered: 'Its own example {sample} should not be covered, and is.',
    tooMany: (limit: number) => `It has more than ${digits(limit)} words or examples.`,
    other: 'Chaperone says: {problem}.',
  } satisfies Record<RuleProblemView['type'], string | ((limit: number) => string)>,
};
