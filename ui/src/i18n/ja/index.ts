// 日本語。

import type { Catalogue } from '../catalogue';
import { activity } from './activity';
import { agents, rules } from './agents';
import { connections, signIn } from './connections';
import { frame, welcome } from './frame';
import { requests } from './requests';
import { capabilities, settings } from './settings';
import { actions, reasons, words } from './words';

export const ja: Catalogue = {
  ...words,
  actions,
  activity,
  agents,
  capabilities,
  connections,
  frame,
  reasons,
  requests,
  rules,
  settings,
  signIn,
  welcome,
};
