import { afterEach, describe, expect, it } from 'vitest';
import type { NeedsShellView } from '../api/generated/NeedsShellView';
import type { UnreadView } from '../api/generated/UnreadView';
import { LANGUAGES, speak, type Piece } from '../i18n';
import { inText, needsShell, unread } from './unread';

/** As it would be read, with what is set as code in brackets. */
function read(pieces: Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `[${piece.outside}]`)).join('');
}

type Kinds = {
  [Type in NeedsShellView['type']]: [Extract<NeedsShellView, { type: Type }>, string];
};

/** Everything that needs a shell, in English: what is missing here does not compile. */
const SAID: Kinds = {
  arithmetic: [{ type: 'arithmetic' }, 'it holds arithmetic'],
  background: [{ type: 'background' }, 'it runs a program in the background'],
  backquote: [{ type: 'backquote' }, 'it holds a backquote, whose content a shell runs first'],
  braces: [{ type: 'braces' }, 'it holds braces, which a shell turns into several words'],
  builtin: [{ type: 'builtin', name: 'cd' }, '[cd] exists only inside a shell'],
  condition: [{ type: 'condition' }, 'it holds a condition'],
  doubleNegation: [{ type: 'doubleNegation' }, 'it negates a result twice'],
  expansion: [{ type: 'expansion' }, 'it holds [$], which a shell replaces before anything runs'],
  function: [{ type: 'function' }, 'it defines a function'],
  group: [{ type: 'group' }, 'it groups commands'],
  hereDocument: [{ type: 'hereDocument' }, 'it holds a here-document, or what looks like one'],
  history: [{ type: 'history' }, 'it holds [!], which some shells replace with an earlier command'],
  loop: [{ type: 'loop' }, 'it holds a loop'],
  negation: [{ type: 'negation' }, 'it turns a result around with [!]'],
  noProgram: [{ type: 'noProgram' }, 'it names no program'],
  notUnderstood: [{ type: 'notUnderstood' }, 'it is written in a way that cannot be checked here'],
  pattern: [
    { type: 'pattern' },
    'it holds a file name pattern, which a shell replaces with the files it finds',
  ],
  processSubstitution: [{ type: 'processSubstitution' }, 'it passes a program’s output as a file'],
  redirection: [{ type: 'redirection' }, 'it redirects a file'],
  test: [{ type: 'test' }, 'it holds a [[[ ]]] test'],
  tilde: [{ type: 'tilde' }, 'it holds [~], which a shell replaces with a folder'],
  timing: [{ type: 'timing' }, 'it asks the shell to measure time'],
  tooInvolved: [{ type: 'tooInvolved' }, 'it is more involved than can be checked here'],
  unclearQuotes: [{ type: 'unclearQuotes' }, 'its quotes can be read in more than one way'],
  variable: [{ type: 'variable' }, 'it sets a variable'],
};
const EVERY = Object.values(SAID);

const WHY: [UnreadView, string][] = [
  [{ type: 'needsShell', because: { type: 'loop' } }, 'it holds a loop'],
  [{ type: 'wraps', program: 'env' }, '[env] runs or writes what its arguments name'],
  [{ type: 'notTakenApart' }, 'nothing has taken it apart'],
];

afterEach(async () => {
  await speak('en');
});

describe('why a command cannot be told from its words', () => {
  it.each(EVERY)('%o', (because, clause) => {
    expect(read(needsShell(because))).toBe(clause);
  });

  it.each(WHY)('%o', (why, clause) => {
    expect(read(unread(why))).toBe(clause);
  });

  it.each(LANGUAGES.filter((one) => one !== 'en'))('has words of its own in %s', async (spoken) => {
    await speak(spoken);
    const clauses = EVERY.map(([because, english]) => {
      const said = read(needsShell(because));
      expect(said).not.toBe(english);
      expect(said).not.toMatch(/[{}]|undefined|[.。]$/);
      return said;
    });
    expect(new Set(clauses).size).toBe(EVERY.length);
  });

  it('marks code in plain text', () => {
    expect(inText(unread({ type: 'wraps', program: 'env' }))).toContain('`env` runs');
  });
});
