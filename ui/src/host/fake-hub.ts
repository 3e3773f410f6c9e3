// A hub that tells of itself, for the host without an app.

import type { ConnectionView } from '../api/generated/ConnectionView';
import type { HubSwitchView } from '../api/generated/HubSwitchView';
import type { HubToldView } from '../api/generated/HubToldView';
import { connection } from './samples';

/** How long it takes such a hub to do what it is asked. */
export const TAKES = 1_500;
/** The switch that such a hub never answers for. */
export const DEAF = 'tactile';
/** How long it is waited for. */
export const WAITED = 10_000;

export function hubSwitch(more: Partial<HubSwitchView> = {}): HubSwitchView {
  return {
    name: 'vision',
    on: null,
    toldAt: null,
    current: false,
    asked: null,
    unanswered: null,
    ...more,
  };
}

/** Everything that a hub can tell, at one moment. */
export function told(now: number, more: Partial<HubToldView> = {}): HubToldView {
  const minute = 60_000;
  const saidAt = (minutes: number, on: boolean) => ({
    on,
    toldAt: now - minutes * minute,
    current: true,
  });
  return {
    switches: [
      hubSwitch(saidAt(3, true)),
      hubSwitch({ name: 'audio', ...saidAt(12, false), asked: true }),
      hubSwitch({ name: 'tactile', on: true, toldAt: now - 5_000 * minute }),
      hubSwitch({ name: 'action' }),
    ],
    moreSwitches: false,
    cards: [
      {
        kind: 'companion',
        name: 'angela_v1',
        readings: [
          { name: 'happiness', value: { type: 'percent', percent: 82 } },
          { name: 'energy', value: { type: 'percent', percent: 70 } },
          { name: 'hunger', value: { type: 'percent', percent: 12 } },
          { name: 'expression', value: { type: 'text', text: 'happy' } },
          { name: 'asleep', value: { type: 'flag', yes: false } },
        ],
        toldAt: now - minute,
        current: true,
      },
    ],
    ...more,
  };
}

/** A connection to one. */
export function telling(now: number, more: Partial<ConnectionView> = {}): ConnectionView {
  return connection({
    id: 'garden',
    name: 'Garden',
    address: 'ws://127.0.0.1:8000/ws',
    dialect: 'angela',
    dialectName: 'Angela',
    ceiling: 'intern',
    roundTripMs: 2,
    told: told(now),
    ...more,
  });
}

/** One that passes on how a network is. */
export function reporting(now: number, more: Partial<ConnectionView> = {}): ConnectionView {
  return connection({
    id: 'house',
    name: 'House',
    address: 'wss://house.example.org/ws',
    dialect: 'blueprint',
    dialectName: 'SmartBlueprint Pro',
    ceiling: 'student',
    phase: 'waiting',
    roundTripMs: null,
    failedAttempts: 1,
    nextTryAt: now + 4_000,
    told: {
      switches: [],
      moreSwitches: false,
      cards: [
        {
          kind: 'report',
          name: 'alert',
          readings: [
            { name: 'severity', value: { type: 'text', text: 'high' } },
            {
              name: 'description',
              value: {
                type: 'text',
                text: 'Unknown device with suspicious network scanning behavior',
              },
            },
            { name: 'blocked', value: { type: 'flag', yes: true } },
            { name: 'from', value: { type: 'text', text: 'desktop_agent_001' } },
          ],
          toldAt: now - 9 * 60_000,
          current: false,
        },
      ],
    },
    ...more,
  });
}

/** The same with one switch otherwise. */
export function switched(
  view: ConnectionView,
  name: string,
  more: Partial<HubSwitchView>,
): ConnectionView {
  if (view.told === null) return view;
  const switches = view.told.switches.map((one) => (one.name === name ? { ...one, ...more } : one));
  return { ...view, told: { ...view.told, switches } };
}
