// The steps of a judgement in sentences.

import type { ReasonView } from '../api/generated/ReasonView';
import type { VerdictView } from '../api/generated/VerdictView';
import { formats, t } from '../i18n';
import { visible } from '../visible';
import { exactness } from './actions';
import { exactTime } from './time';
import { inText, unread } from './unread';
import { VERDICT_TONE } from './words';

/** One step, in words. */
export interface Step {
  sentence: string;
  /** What the step said by itself; nothing where it only let the question pass. */
  verdict: string | null;
  tone: (typeof VERDICT_TONE)[VerdictView];
  decided: boolean;
}

/** Whoever the judgement is about. */
export interface Judged {
  name: string;
}

/** What a step looked at and found, as one sentence. */
export function sentence(reason: ReasonView, agent: Judged): string {
  // Names and rules in it come from outside.
  return visible(said(reason, agent));
}

function said({ because, said }: ReasonView, agent: Judged): string {
  const { level, the, reasons, verdictMeans } = t();
  switch (because.type) {
    case 'ending':
      return reasons.ending;
    case 'paused':
      return reasons.paused;
    case 'switch':
      return because.on ? reasons.on[because.capability] : reasons.off[because.capability];
    case 'permission':
      return because.granted
        ? reasons.granted(the[because.capability])
        : reasons.notGranted(the[because.capability]);
    case 'level':
      if (because.claimed === because.effective) {
        return reasons.counts(agent.name, level[because.effective]);
      }
      return reasons.limited(
        agent.name,
        level[because.effective],
        level[because.claimed],
        level[because.ceiling],
      );
    case 'floor': {
      const needs = reasons.needs[because.capability];
      return said === 'forbid'
        ? reasons.belowFloor(needs, level[because.needs], agent.name, level[because.has])
        : reasons.aboveFloor(needs, level[because.needs], agent.name);
    }
    case 'standing':
      return reasons.standing(the[because.capability], level[because.level], verdictMeans[said]);
    case 'graduated':
      return reasons.graduated(level[because.needs]);
    case 'remembered':
      return reasons.remembered(the[because.capability], exactTime(because.until));
    case 'precision':
      return reasons.precision(exactness(because.limit));
    case 'variables':
      return reasons.variables(formats().list.format(because.names));
    case 'uncontained':
      return reasons.uncontained;
    case 'policy':
      return reasons.policy(the[because.capability]);
    case 'rule':
      return reasons.rule(because.rule, verdictMeans[said]);
    case 'firstUse':
      return reasons.firstUse(agent.name, the[because.capability]);
    case 'script':
      return reasons.script(inText(unread(because.because)));
    case 'rate':
      return reasons.rate(agent.name, because.recent, because.limit);
  }
}

export function steps(reasons: readonly ReasonView[], agent: Judged): Step[] {
  const words = t();
  return reasons.map((reason) => ({
    sentence: reason.answered
      ? words.reasons.answered(sentence(reason, agent))
      : sentence(reason, agent),
    // What a rule answered no longer counts.
    verdict:
      reason.answered || (reason.said === 'free' && reason.because.type !== 'standing')
        ? null
        : words.verdict[reason.said],
    tone: VERDICT_TONE[reason.said],
    decided: reason.decided,
  }));
}

/** The step that decided; by contract the last one, but the mark counts. */
export function decisive(reasons: readonly ReasonView[]): ReasonView | undefined {
  return reasons.findLast((reason) => reason.decided) ?? reasons.at(-1);
}
