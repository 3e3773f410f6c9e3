// The steps of a judgement in sentences.

import type { AgentView } from '../api/generated/AgentView';
import type { CapabilityView } from '../api/generated/CapabilityView';
import type { Level } from '../api/generated/Level';
import type { ReasonView } from '../api/generated/ReasonView';
import type { VerdictView } from '../api/generated/VerdictView';
import { exactness } from './actions';
import { exactTime } from './time';
import { capital, counted, LEVEL, THE_CAPABILITY, VERDICT, VERDICT_TONE } from './words';

/** One step, in words. */
export interface Step {
  sentence: string;
  /** What the step said by itself; nothing where it only let the question pass. */
  verdict: string | null;
  tone: (typeof VERDICT_TONE)[VerdictView];
  decided: boolean;
}

/** “a Student”, “an Intern”. */
export function aLevel(level: Level): string {
  return `${level === 'intern' || level === 'autonomous' ? 'an' : 'a'} ${LEVEL[level]} agent`;
}

const NEEDS: Record<CapabilityView, string> = {
  notification: 'Notifications need',
  location: 'The location needs',
  camera: 'The camera needs',
  microphone: 'The microphone needs',
  screen: 'The screen needs',
  agents: 'Starting programs needs',
  network: 'The network needs',
  shell: 'The shell needs',
};

const PLURAL: readonly CapabilityView[] = ['notification', 'agents'];

/** “The camera is”, “Notifications are”. */
function subject(capability: CapabilityView): string {
  return `${capital(THE_CAPABILITY[capability])} ${PLURAL.includes(capability) ? 'are' : 'is'}`;
}

const STANDING: Record<VerdictView, string> = {
  forbid: 'not allowed',
  ask: 'asked each time',
  watch: 'runs where you can see it',
  free: 'runs without asking',
};

/** What a step looked at and found, as one sentence. */
export function sentence({ because, said }: ReasonView, agent: AgentView): string {
  switch (because.type) {
    case 'ending':
      return 'It ends something that runs, and nothing forbids that.';
    case 'paused':
      return 'Everything is paused on this computer.';
    case 'switch':
      return because.on
        ? `${subject(because.capability)} switched on.`
        : `${subject(because.capability)} switched off on this computer.`;
    case 'permission':
      return because.granted
        ? `The system lets Chaperone use ${THE_CAPABILITY[because.capability]}.`
        : `The system does not let Chaperone use ${THE_CAPABILITY[because.capability]}: change that in its own settings.`;
    case 'level':
      if (because.claimed === because.effective) {
        return `${agent.name} counts as ${LEVEL[because.effective]} here.`;
      }
      return (
        `${agent.name} counts as ${LEVEL[because.effective]} here: its hub says ` +
        `${LEVEL[because.claimed]}, your limit is ${LEVEL[because.ceiling]}.`
      );
    case 'floor':
      return said === 'forbid'
        ? `${NEEDS[because.capability]} ${LEVEL[because.needs]}; ${agent.name} is only ${LEVEL[because.has]} here.`
        : `${NEEDS[because.capability]} at least ${LEVEL[because.needs]}, which ${agent.name} has.`;
    case 'standing':
      return `Your table for ${THE_CAPABILITY[because.capability]} and ${aLevel(because.level)}: ${STANDING[said]}.`;
    case 'graduated':
      return `The line only looks at things, and ${aLevel(because.needs)} may ask for such lines.`;
    case 'remembered':
      return `Your earlier yes for ${THE_CAPABILITY[because.capability]} counts until ${exactTime(because.until)}.`;
    case 'precision':
      return `A more exact place is wanted than your table gives without asking (${exactness(because.limit)}).`;
    case 'variables':
      return `It sets ${because.names.join(', ')}, which can change what any program does.`;
    case 'uncontained':
      return 'It would run in no sandbox. Such a command is asked each time.';
    case 'policy':
      return `Its hub wants ${THE_CAPABILITY[because.capability]} held tighter.`;
    case 'rule':
      return `Your rule ${because.rule}: ${STANDING[said]}.`;
    case 'firstUse':
      return `${agent.name} was never allowed ${THE_CAPABILITY[because.capability]} on this computer before.`;
    case 'script':
      return `What it does cannot be told from its words: ${because.because}. Such a line is asked each time.`;
    case 'rate':
      return (
        `${agent.name} did this ${counted(because.recent, 'time', 'times')} without asking in ` +
        `the last minute; ${counted(because.limit, 'is', 'are')} allowed.`
      );
  }
}

export function steps(reasons: readonly ReasonView[], agent: AgentView): Step[] {
  return reasons.map((reason) => ({
    sentence: reason.answered
      ? `${sentence(reason, agent)} A rule of yours answers that.`
      : sentence(reason, agent),
    // What a rule answered no longer counts.
    verdict:
      reason.answered || (reason.said === 'free' && reason.because.type !== 'standing')
        ? null
        : VERDICT[reason.said],
    tone: VERDICT_TONE[reason.said],
    decided: reason.decided,
  }));
}

/** The step that decided; by contract the last one, but the mark counts. */
export function decisive(reasons: readonly ReasonView[]): ReasonView | undefined {
  return reasons.findLast((reason) => reason.decided) ?? reasons.at(-1);
}
