// What a look at this computer found, in words.

import type { FoundView } from '../../api/generated/FoundView';
import { formats, t } from '../../i18n';
import { visible } from '../../visible';

function listed(names: readonly string[]): string {
  return formats().list.format(names.map(visible));
}

export function found(view: FoundView): string {
  const words = t().capabilities.found;
  switch (view.type) {
    case 'cameras':
    case 'displays':
      return listed(view.names);
    case 'sandbox':
      return words.sandbox(words.profile[view.profile], words.backend[view.backend]);
    case 'trouble':
      return words.trouble[view.kind];
    case 'noSandbox': {
      const tried = view.tried.map(({ backend, problem }) =>
        words.tried(words.backend[backend], words.problem[problem]),
      );
      // One sandbox may have been tried for several purposes.
      return words.noSandbox([...new Set(tried)].join(' '));
    }
    case 'typedPlace':
    case 'locationService':
    case 'notifications':
    case 'sound':
    case 'noCamera':
    case 'noDisplay':
    case 'silent':
    case 'notHere':
      return words[view.type];
  }
}
