// The first card on a fresh page costs a tenth of a second more than those that follow: its fonts
// are found and its styles are worked out for the first time. That is done here, before somebody
// waits for it, with a card that nobody sees, that takes no key and that answers nothing.

import { flushSync, mount, unmount } from 'svelte';
import type { RequestView } from '../../api/generated/RequestView';
import RequestCard from './RequestCard.svelte';

const now = Date.now();
const anybody: RequestView = {
  id: '',
  digest: '',
  agent: { id: null, name: 'Agent', claimed: 'autonomous', level: 'autonomous' },
  connection: 'This computer',
  action: {
    type: 'shell',
    line: 'true && true',
    scriptBecause: null,
    needsShell: null,
    programs: [{ argv: ['true', 'an argument'], path: '/usr/bin/true' }],
    workingDir: '/',
    environment: [],
    containment: { type: 'readOnly' },
    timeoutSeconds: 30,
  },
  reasons: [
    {
      said: 'ask',
      because: { type: 'firstUse', capability: 'shell' },
      decided: true,
      answered: false,
    },
  ],
  risks: [{ kind: 'destructive', part: 'true' }],
  askedAt: now,
  expiresAt: now + 60_000,
  decisions: ['deny', 'allowOnce'],
  review: null,
  rules: [],
};

/** Lays a card out once, unseen. */
export function warm(): void {
  const target = document.createElement('div');
  target.inert = true;
  target.ariaHidden = 'true';
  target.style.cssText = 'position: fixed; inset: 0; visibility: hidden';
  document.body.append(target);
  const card = mount(RequestCard, {
    target,
    props: {
      request: anybody,
      index: 0,
      count: 1,
      fromAgent: 1,
      current: false,
      onanswer: () => Promise.resolve(null),
      onallowalways: () => Promise.resolve(null),
      fetchCapture: () => Promise.reject(new Error('nothing was captured')),
      ondenyall: () => Promise.resolve(null),
      onshown: () => undefined,
    },
  });
  flushSync();
  target.getBoundingClientRect();
  void unmount(card);
  target.remove();
}
