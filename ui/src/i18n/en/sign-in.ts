// Pairing this computer with a hub, step by step.

import type { NeedView } from '../../api/generated/NeedView';
import type { WayView } from '../../api/generated/WayView';
import { digits } from './counted';

export const signIn = {
  title: 'Connect with a hub',
  titleAgain: 'Sign in again at {connection}',
  step: (step: number, steps: number) => `${digits(step)} of ${digits(steps)}`,
  address: 'Address of the hub',
  addressHint: 'As its owner gave it to you: wss://hub.example.net',
  needsAddress: 'Type the address of the hub.',
  unencrypted: 'Send the token unencrypted',
  unencryptedMore:
    'Whoever is on the way to this address could read the token, and act as this computer at the hub. Only for a network that you trust.',
  kind: 'What kind of hub it is',
  kindHint: 'Its owner knows. This program’s own hubs are of the kind Atom.',
  kindDetected: (kind: string) => `The address speaks for ${kind}.`,
  way: 'How you sign in',
  ways: {
    deviceCode: 'With a code, in the browser',
    password: 'With e-mail and password',
    registration: 'With a registration token',
    pastedToken: 'With a token that you have',
  } satisfies Record<WayView, string>,
  noWay: 'Nobody has to sign in at hubs of this kind.',
  name: 'What to call the connection',
  nameHint: 'Its address, where you leave this empty.',
  ceiling: 'The most that agents there may count for',
  ceilingHint: 'You can change this at any time.',
  begin: 'Sign in',
  beginFree: 'Connect',
  beginning: 'Asking the hub…',
  need: {
    email: 'E-mail address',
    password: 'Password',
    code: 'Six digits of your second factor',
    phone: 'Phone number, with the country’s prefix',
    registrationToken: 'Registration token',
    sharedSecret: 'Secret that the hub shares with its devices',
    token: 'Token',
  } satisfies Record<NeedView, string>,
  problem: 'The hub says:',
  goOn: 'Go on',
  openPage: 'Open the page',
  copyPage: 'Copy the address',
  codeTitle: 'Confirm this code',
  codeBody:
    'Open this page, in any browser or on your phone, and check that it shows the same code:',
  codeIs: 'The code',
  qr: 'The address of the page as a QR code',
  fingerprint:
    'The fingerprint of this computer’s key. The page shows it as well: both must be the same.',
  waiting: 'Waiting for your answer there…',
  expiresIn: (clock: string) => `The code is good for another ${clock}`,
  expired: 'The code has expired.',
  failedTitle: 'That did not work.',
  again: 'Begin again',
  doneTitle: 'Connected',
  done: 'This computer is paired with {connection}. Agents there can ask from now on, and you decide.',
};
