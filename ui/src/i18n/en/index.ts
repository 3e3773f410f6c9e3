// English: the catalogue that the others follow.

import { actions } from './actions';
import { activity } from './activity';
import { agents } from './agents';
import { capabilities } from './capabilities';
import { connections } from './connections';
import { frame } from './frame';
import { reasons } from './reasons';
import { ownAgents } from './own-agents';
import { requests } from './requests';
import { rules } from './rules';
import { settings } from './settings';
import { signIn } from './sign-in';
import { trial } from './trial';
import { unread } from './unread';
import { welcome } from './welcome';
import { words } from './words';

/** What stands at the top of a catalogue. */
export type Words = typeof words;

export const en = {
  ...words,
  actions,
  activity,
  agents,
  capabilities,
  connections,
  frame,
  ownAgents,
  reasons,
  requests,
  rules,
  settings,
  signIn,
  trial,
  unread,
  welcome,
};
