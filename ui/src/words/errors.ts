// A failed call in words, by its code.

import type { ApiFailure } from '../api/error';
import { t } from '../i18n';

export interface Notice {
  tone: 'info' | 'danger';
  title: string;
  hint: string | null;
}

export function notice(failure: ApiFailure): Notice {
  const { code, message, hint } = failure;
  const { errors } = t();
  switch (code) {
    case 'gone':
      // Nobody's fault, and nothing is left to do.
      return { tone: 'info', title: errors.gone, hint };
    case 'changed':
      return { tone: 'info', title: errors.changed, hint: hint ?? errors.changedHint };
    case 'notAllowed':
      return { tone: 'danger', title: message, hint };
    case 'invalid':
    case 'unencrypted':
      return { tone: 'danger', title: errors.invalid, hint: hint ?? message };
    case 'failed':
      return { tone: 'danger', title: message, hint };
  }
}

/** The same about something that the person typed: what was wrong with it is the news. */
export function refusal(failure: ApiFailure): Notice {
  return { tone: 'danger', title: failure.message, hint: failure.hint };
}
