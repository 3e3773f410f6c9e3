// Signing in at a hub that does not exist.

import type { Calls } from '../api/client';
import { ApiFailure } from '../api/error';
import type { Change } from '../api/generated/Change';
import type { NeedView } from '../api/generated/NeedView';
import type { SignInParams } from '../api/generated/SignInParams';
import type { Snapshot } from '../api/generated/Snapshot';
import type { StepView } from '../api/generated/StepView';
import { dialects } from './fake-samples';
import { connection as sample } from './samples';

type Answered =
  | 'connections/offer'
  | 'connections/signIn'
  | 'connections/signInStep'
  | 'connections/signInCancel';
export type SignInAnswers = {
  [Name in Answered]: (
    params: Calls[Name]['params'],
  ) => Calls[Name]['response'] | Promise<Calls[Name]['response']>;
};

/** How long the person takes at the hub's page. */
const CONFIRMED_AFTER_MS = 20_000;

function invalid(message: string, hint: string | null = null): ApiFailure {
  return new ApiFailure({ code: 'invalid', message, hint });
}

function needs(problem: string | null, ...what: [NeedView, boolean][]): StepView {
  return { type: 'needs', what: what.map(([need, secret]) => ({ need, secret })), problem };
}

export function signInAnswers(
  snapshot: () => Snapshot,
  publish: (change: Change) => void,
): SignInAnswers {
  const signIns = new Map<string, { params: SignInParams; failed: boolean; shown: boolean }>();

  function paired({ address, connection, ceiling, name, dialect }: SignInParams): StepView {
    if (connection !== undefined) return { type: 'done', connection };
    const id = `hub-${snapshot().connections.length}`;
    const host = /^\w+:\/\/([^/]+)/.exec(address)?.[1] ?? address;
    publish({
      type: 'connections',
      connections: [
        ...snapshot().connections,
        sample({
          id,
          name: name ?? host,
          address,
          dialect,
          dialectName: dialects.find((one) => one.id === dialect)?.name ?? dialect,
          roundTripMs: 18,
          ceiling: ceiling ?? 'intern',
        }),
      ],
    });
    return { type: 'done', connection: id };
  }

  /** The first step of each way, and what follows. */
  async function step(
    ticket: string,
    given: Record<string, string | undefined>,
  ): Promise<StepView> {
    const pending = signIns.get(ticket);
    if (!pending)
      throw new ApiFailure({ code: 'gone', message: 'this sign-in is over', hint: 'Begin again.' });
    const { params } = pending;
    if (params.way === undefined) return paired(params);
    switch (params.way) {
      case 'deviceCode':
        if (!pending.shown) {
          pending.shown = true;
          return {
            type: 'show',
            code: 'WDJB-MJHT',
            uri: 'https://hub.example.net/pair',
            completeUri: 'https://hub.example.net/pair?code=WDJB-MJHT',
            expiresAt: Date.now() + 600_000,
            fingerprint: '7C1F 09A4 E2D8 4B6F 95A3 11C0 D2E7 8F64',
          };
        }
        await new Promise((done) => setTimeout(done, CONFIRMED_AFTER_MS));
        return paired(params);
      case 'password':
        if (given['email'] === undefined) return needs(null, ['email', false], ['password', true]);
        if (given['password'] !== 'secret') {
          return needs('wrong password', ['email', false], ['password', true]);
        }
        return paired(params);
      case 'registration':
        if (given['registrationToken'] === undefined) {
          return needs(null, ['phone', false], ['registrationToken', true]);
        }
        return paired(params);
      case 'pastedToken':
        if (given['token'] === undefined) return needs(null, ['token', true]);
        if (given['token'] === 'old' && !pending.failed) {
          pending.failed = true;
          return { type: 'failed', message: 'the hub refuses: the token has expired' };
        }
        return paired(params);
    }
  }

  return {
    'connections/offer': ({ address, unencrypted }) => {
      if (!/^(wss?|https?):\/\/./.test(address)) throw invalid('this is no address of a hub');
      const encrypted = /^(wss|https):/.test(address);
      const exposed = !encrypted && !/^\w+:\/\/(127\.|localhost)/.test(address);
      if (exposed && unencrypted !== true) {
        throw new ApiFailure({
          code: 'unencrypted',
          message: 'it is another computer, and the token would cross the network unencrypted',
          hint: 'Use wss://, or say in the settings that you accept it.',
        });
      }
      const detected = address.endsWith('/api/devices/ws') ? 'atom' : null;
      return { dialects, detected, encrypted, exposed };
    },
    'connections/signIn': async (params) => {
      const ticket = `ticket-${signIns.size}`;
      signIns.set(ticket, { params, failed: false, shown: false });
      return { ticket, step: await step(ticket, {}) };
    },
    'connections/signInCancel': ({ ticket }) => {
      signIns.delete(ticket);
      return {};
    },
    'connections/signInStep': async ({ ticket, given }) => ({
      ticket,
      step: await step(ticket, given),
    }),
  };
}
