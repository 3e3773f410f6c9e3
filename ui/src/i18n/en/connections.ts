// What connections say.

import { capital, counted, digits } from './counted';

export const connections = {
  add: 'Add a connection',
  none: 'No connections yet.',
  emptyTitle: 'No connections yet',
  emptyBody: 'Connect this computer with a hub, so that the agents there can ask.',
  own: 'The hub inside Chaperone, for agents on this computer.',
  ceiling: 'Nobody there counts for more than',
  ceilingTitle: 'The most that agents there may count for',
  ceilingMore: 'Whatever the hub says of its agents.',
  tryNow: 'Try now',
  pause: 'Pause',
  resume: 'Connect again',
  rename: 'Rename',
  name: 'Name',
  signInAgain: 'Sign in again',
  remove: 'Remove…',
  removeTitle: 'Remove the connection to {connection}?',
  removeMeans:
    'This computer disconnects and deletes its key to the hub. Agents there can ask for nothing here until you sign in anew.',
  removeStays:
    'The record keeps what happened. At the hub this computer stays listed until it is removed there, too.',
  removeIt: 'Remove the connection',
  removed: 'The connection is removed.',
  paused: 'Paused by you',
  connected: 'Connected',
  connectedIn: (time: string) => `Connected, ${time}`,
  connecting: 'Connecting',
  connectingAgain: (attempt: number) => `Connecting, attempt ${digits(attempt)}`,
  polling: 'Live connection down: asking for commands every few seconds',
  turnedAway: 'Turned away',
  failed: (attempt: number) => `Attempt ${digits(attempt)} failed`,
  againNow: (what: string) => `${what}, trying again now`,
  againIn: (what: string, clock: string) => `${what}, trying again in ${clock}`,
  stopped: 'Stopped',
  summary: {
    none: 'No connections',
    allPaused: (count: number) => capital(`${counted(count, 'connection', 'connections')} paused`),
    someUp: (up: number, wanted: number) => `${digits(up)} of ${digits(wanted)} connected`,
    allUp: (count: number) =>
      count === 1 ? 'Connected' : capital(counted(count, 'connection', 'connections')),
    within: (what: string, time: string) => `${what}, ${time}`,
    andPaused: (what: string, paused: number) => `${what}, ${counted(paused, 'paused', 'paused')}`,
  },
};
