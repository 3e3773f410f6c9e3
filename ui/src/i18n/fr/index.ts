// Français.

import type { Catalogue } from '../catalogue';
import { activity } from './activity';
import { agents } from './agents';
import { connections, signIn } from './connections';
import { frame, welcome } from './frame';
import { ownAgents } from './own-agents';
import { requests } from './requests';
import { rules } from './rules';
import { capabilities, settings } from './settings';
import { trial } from './trial';
import { unread } from './unread';
import { actions, reasons, words } from './words';

export const fr: Catalogue = {
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
