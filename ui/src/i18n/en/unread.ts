// Why the words of a command line do not tell what it does: each a clause behind a colon.

import type { NeedsShellView } from '../../api/generated/NeedsShellView';

export const unread = {
  needsShell: {
    arithmetic: 'it holds arithmetic',
    background: 'it runs a program in the background',
    backquote: 'it holds a backquote, whose content a shell runs first',
    braces: 'it holds braces, which a shell turns into several words',
    builtin: '{name} exists only inside a shell',
    condition: 'it holds a condition',
    doubleNegation: 'it negates a result twice',
    expansion: 'it holds {sign}, which a shell replaces before anything runs',
    function: 'it defines a function',
    group: 'it groups commands',
    hereDocument: 'it holds a here-document, or what looks like one',
    history: 'it holds {sign}, which some shells replace with an earlier command',
    loop: 'it holds a loop',
    negation: 'it turns a result around with {sign}',
    noProgram: 'it names no program',
    notUnderstood: 'it is written in a way that cannot be checked here',
    pattern: 'it holds a file name pattern, which a shell replaces with the files it finds',
    processSubstitution: 'it passes a program’s output as a file',
    redirection: 'it redirects a file',
    test: 'it holds a {sign} test',
    tilde: 'it holds {sign}, which a shell replaces with a folder',
    timing: 'it asks the shell to measure time',
    tooInvolved: 'it is more involved than can be checked here',
    unclearQuotes: 'its quotes can be read in more than one way',
    variable: 'it sets a variable',
  } satisfies Record<NeedsShellView['type'], string>,
  wraps: '{program} runs or writes what its arguments name',
  notTakenApart: 'nothing has taken it apart',
};
