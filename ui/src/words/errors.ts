// A failed call in words, by its code.

import type { ApiFailure } from '../api/error';

export interface Notice {
  tone: 'info' | 'danger';
  title: string;
  hint: string | null;
}

export function notice(failure: ApiFailure): Notice {
  const { code, message, hint } = failure;
  switch (code) {
    case 'gone':
      // Nobody's fault, and nothing is left to do.
      return { tone: 'info', title: 'That is already answered or over.', hint };
    case 'changed':
      return {
        tone: 'info',
        title: 'It changed while you looked.',
        hint: hint ?? 'Look at it again before you answer.',
      };
    case 'notAllowed':
      return { tone: 'danger', title: message, hint };
    case 'invalid':
      return {
        tone: 'danger',
        title: 'Chaperone did not understand this window.',
        hint: hint ?? message,
      };
    case 'failed':
      return { tone: 'danger', title: message, hint };
  }
}
