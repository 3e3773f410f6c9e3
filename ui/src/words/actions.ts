// What an agent wants, does or did, as a phrase after its name.

import type { ActionView } from '../api/generated/ActionView';
import type { ActivityAction } from '../api/generated/ActivityAction';

export interface Phrase {
  /** “wants to run”. */
  verb: string;
  /** What came from outside, to be told apart from our own words; none where there is nothing. */
  object: string | null;
  /** How to set the object: as code, or as a quotation. */
  as: 'code' | 'quote';
}

export function wants(action: ActionView): Phrase {
  switch (action.type) {
    case 'notification':
      return { verb: 'wants to show a notification', object: action.title, as: 'quote' };
    case 'shell':
      return { verb: 'wants to run', object: action.line, as: 'code' };
  }
}

export function does(action: ActionView): Phrase {
  switch (action.type) {
    case 'notification':
      return { verb: 'shows a notification', object: action.title, as: 'quote' };
    case 'shell':
      return { verb: 'runs', object: action.line, as: 'code' };
  }
}

/** With `happened` for what was done, without for what was only asked. */
export function did(action: ActivityAction, happened: boolean): Phrase {
  switch (action.type) {
    case 'notification':
      return {
        verb: happened ? 'showed a notification' : 'asked to show a notification',
        object: action.title,
        as: 'quote',
      };
    case 'shell':
      return { verb: happened ? 'ran' : 'asked to run', object: action.line, as: 'code' };
    case 'unknown':
      return { verb: 'asked for something unknown here', object: action.name, as: 'code' };
    case 'unreadable':
      return { verb: 'sent something that cannot be read', object: null, as: 'quote' };
  }
}
