// Why nothing came of what the person tried, and what they can do about it, by its code.

import type { CapabilityView } from '../api/generated/CapabilityView';
import type { HindranceView } from '../api/generated/HindranceView';
import { t } from '../i18n';

/** What to do; nothing where the person wanted it so. */
export function advice(hindrance: HindranceView, capability: CapabilityView): string | null {
  switch (hindrance) {
    case 'missing':
    case 'unavailable':
      // With these, a display or what is heard is meant, which every computer has.
      return capability === 'screen' || capability === 'microphone'
        ? t().trial.advice[hindrance]
        : t().capabilities.fix[capability];
    // How to come by it is another thing for each.
    case 'refused':
    case 'uncontained':
      return t().capabilities.fix[capability];
    case 'stopped':
    case 'unsupported':
      return null;
    case 'switchedOff':
    case 'going':
    case 'paused':
    case 'inUse':
    case 'taken':
    case 'unseen':
    case 'timedOut':
    case 'unrecorded':
    case 'failed':
      return t().trial.advice[hindrance];
  }
}

/** Whether Chaperone's own sentence says more than the code does. */
export function saysMore(hindrance: HindranceView): boolean {
  switch (hindrance) {
    case 'switchedOff':
    case 'going':
    case 'paused':
    case 'stopped':
      return false;
    case 'missing':
    case 'refused':
    case 'inUse':
    case 'taken':
    case 'unseen':
    case 'unavailable':
    case 'unsupported':
    case 'timedOut':
    case 'uncontained':
    case 'unrecorded':
    case 'failed':
      return true;
  }
}
