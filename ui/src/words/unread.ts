// Why the words of a command line do not tell what it does, as clauses.

import type { NeedsShellView } from '../api/generated/NeedsShellView';
import type { UnreadView } from '../api/generated/UnreadView';
import { fill, t, type Piece } from '../i18n';

/** What stands in the line, for the clauses that show it. */
const SIGN: Partial<Record<NeedsShellView['type'], string>> = {
  expansion: '$',
  history: '!',
  negation: '!',
  test: '[[ ]]',
  tilde: '~',
};

function code(outside: string): Piece {
  return { outside, as: 'code' };
}

/** What in a line only a shell can make sense of. */
export function needsShell(because: NeedsShellView): Piece[] {
  const clause = t().unread.needsShell[because.type];
  if (because.type === 'builtin') return fill(clause, { name: code(because.name) });
  const sign = SIGN[because.type];
  return fill(clause, sign === undefined ? {} : { sign: code(sign) });
}

/** Why nobody can tell from its words what a command does. */
export function unread(why: UnreadView): Piece[] {
  const words = t().unread;
  switch (why.type) {
    case 'needsShell':
      return needsShell(why.because);
    case 'wraps':
      return fill(words.wraps, { program: code(why.program) });
    case 'notTakenApart':
      return [words.notTakenApart];
  }
}

/** The same as text, where code can only be marked by signs. */
export function inText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : `\`${piece.outside}\``))
    .join('');
}
