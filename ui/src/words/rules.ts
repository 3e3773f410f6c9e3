// Rules in sentences: what they say, why one does not fit, and what is wrong with one.

import type { ArgumentView } from '../api/generated/ArgumentView';
import type { MissView } from '../api/generated/MissView';
import type { RefusedRuleView } from '../api/generated/RefusedRuleView';
import type { RuleMatchView } from '../api/generated/RuleMatchView';
import type { RuleTermsView } from '../api/generated/RuleTermsView';
import type { WhyNotView } from '../api/generated/WhyNotView';
import { fill, formats, t, type Piece } from '../i18n';
import { visible } from '../visible';
import { momentOf } from './time';

/** What whoever is named in a rule is called; its id, where nobody knows. */
export interface Names {
  agent: (connection: string | null, agent: string) => string;
  connection: (connection: string) => string;
}

export const IDS: Names = { agent: (_, agent) => agent, connection: (connection) => connection };

/** As a shell reads it as one word. */
export function quoted(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function code(words: readonly string[]): Piece {
  return { outside: words.map(quoted).join(' '), as: 'code' };
}

/** The same as text, for who hears it. */
export function plainly(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : visible(piece.outside)))
    .join('');
}

/** “`a`, `b` or `c`”. */
function either(words: readonly string[]): Piece[] {
  return formats()
    .either.formatToParts(words.map((_, index) => String(index)))
    .map(({ type, value }) => (type === 'element' ? code([words[Number(value)] ?? '']) : value));
}

function argument(what: Exclude<ArgumentView, { type: 'exact' }>): Piece[] {
  const words = t().rules.argument;
  switch (what.type) {
    case 'oneOf':
      return ['(', ...either(what.words), ')'];
    case 'any':
      return [words.any];
    case 'below':
      return fill(words.below, { folder: { outside: what.folder, as: 'code' } });
    case 'rest':
      return [what.options ? words.rest : words.restWithoutOptions];
  }
}

/** Words that are given stand together; what may vary, between them. */
function commandLine(program: string, given: readonly ArgumentView[]): Piece[] {
  const said: Piece[][] = [];
  let exact = [program];
  const close = () => {
    if (exact.length > 0) said.push([code(exact)]);
    exact = [];
  };
  for (const one of given) {
    if (one.type === 'exact') {
      exact.push(one.word);
    } else {
      close();
      said.push(argument(one));
    }
  }
  close();
  return said.flatMap((part, index) => (index === 0 ? part : [' ', ...part]));
}

function named(sentence: string, name: string): Piece[] {
  return fill(sentence, { name: { outside: name, as: 'name' } });
}

/** The commands that a rule answers. */
function matched(what: RuleMatchView, answer: RuleTermsView['answer']): Piece[] {
  const words = t().rules.matches;
  switch (what.type) {
    case 'argv':
      return commandLine(what.program, what.arguments);
    case 'script':
      return fill(words.script, { digest: { outside: what.sha256, as: 'code' } });
    case 'notification':
      return [words.notification];
    case 'location': {
      // What lets something run stops there; what holds something back begins there.
      const holdsBack = answer === 'forbid' || answer === 'ask';
      return [holdsBack ? words.placeFrom[what.precision] : words.placeUpTo[what.precision]];
    }
    case 'camera':
      return what.camera === null ? [words.anyCamera] : named(words.camera, what.camera);
    case 'microphone':
      return [words.microphone];
    case 'screen': {
      const { any, on } = words.screen[what.captures];
      return what.display === null ? [any] : named(on, what.display);
    }
    case 'agents':
      return what.program === null ? [words.anyProgram] : named(words.program, what.program);
    case 'network':
      return [words.network];
  }
}

/** Whom it answers. */
function whom({ connection, agent }: RuleTermsView, names: Names): Piece[] {
  const words = t().rules.whom;
  const at: Record<string, Piece> =
    connection === null
      ? {}
      : { connection: { outside: names.connection(connection), as: 'name' } };
  if (agent === null) return connection === null ? [words.anybody] : fill(words.connection, at);
  const who: Piece = { outside: names.agent(connection, agent), as: 'name' };
  return fill(connection === null ? words.agent : words.agentAt, { agent: who, ...at });
}

/** All that a rule says. */
export function ruleSays(rule: RuleTermsView, names: Names): Piece[] {
  const words = t().rules;
  const said = [matched(rule.matches, rule.answer)];
  if (rule.folder !== null) {
    said.push(fill(words.inFolder, { folder: { outside: rule.folder, as: 'code' } }));
  }
  said.push(whom(rule, names));
  if (rule.expiresAt !== null) said.push([words.until(momentOf(rule.expiresAt))]);
  if (rule.untilLock) said.push([words.untilLock]);
  return [
    words.says[rule.answer],
    ...said.flatMap((part, index) => (index === 0 ? part : [words.comma, ...part])),
  ];
}

function whyNot(why: WhyNotView): string {
  const words = t().rules.whyNot;
  return why.type === 'argument' ? words.argument(why.at + 1) : words[why.type];
}

/** Why a rule that nearly fits does not. */
export function missSays({ rule, why, word }: MissView): Piece[] {
  const words = t().rules;
  const name: Piece = { outside: rule, as: 'code' };
  const because = whyNot(why);
  return word === null
    ? fill(words.miss, { rule: name, why: because })
    : fill(words.missAt, { rule: name, why: because, word: { outside: word, as: 'code' } });
}

/** What is wrong with a rule that is refused. */
export function problemSays({ because, problem }: RefusedRuleView): Piece[] {
  const words = t().rules.problem;
  const with_ = (sentence: string, slot: string, outside: string) =>
    fill(sentence, { [slot]: { outside, as: 'code' } });
  switch (because.type) {
    case 'sameId':
    case 'noProgram':
    case 'restNotLast':
    case 'folderWithoutCommand':
    case 'agentWithoutConnection':
    case 'noExample':
      return [words[because.type]];
    case 'relativeProgram':
      return with_(words.relativeProgram, 'program', because.program);
    case 'relativeFolder':
      return with_(words.relativeFolder, 'folder', because.folder);
    case 'notCovered':
      return with_(words.notCovered, 'sample', bare(because.sample));
    case 'covered':
      return with_(words.covered, 'sample', bare(because.sample));
    case 'tooMany':
      return [words.tooMany(because.limit)];
    case 'other':
      // A problem that has no word of its own yet: better in English than not at all.
      return fill(words.other, { problem: { outside: problem, as: 'plain' } });
  }
}

/** A sample comes as “`ls`”, which is set as code here anyway. */
function bare(sample: string): string {
  return /^`([^`]*)`$/.exec(sample)?.[1] ?? sample;
}
