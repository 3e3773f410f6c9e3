import { expect, it } from 'vitest';
import type { FoundView } from '../../api/generated/FoundView';
import { found } from './text';

it.each<[FoundView, string]>([
  [{ type: 'displays', names: ['Dell', 'Built-in'] }, 'Dell and Built-in'],
  [{ type: 'noCamera' }, 'no camera is there'],
  [{ type: 'trouble', kind: 'busy' }, 'another program is using it'],
  [
    { type: 'sandbox', profile: 'readOnly', backend: 'bubblewrap' },
    'commands only read, without network, kept in by bubblewrap',
  ],
  [
    {
      type: 'noSandbox',
      tried: [
        { profile: 'readOnly', backend: 'bubblewrap', problem: 'noBubblewrap', sentence: '' },
        { profile: 'write', backend: 'bubblewrap', problem: 'noBubblewrap', sentence: '' },
      ],
    },
    'no sandbox works: bubblewrap: it is not installed.',
  ],
])('%#: tells what was found', (view, words) => {
  expect(found(view)).toBe(words);
});
