import { screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '../api/error';
import type { HindranceView } from '../api/generated/HindranceView';
import type { Snapshot } from '../api/generated/Snapshot';
import { agents } from '../host/fake-samples';
import { briefMemory } from '../host/memory';
import { t } from '../i18n';
import { called, click, host, open, settle, stage } from './stage';

stage();

beforeEach(() => {
  let address = 0;
  URL.createObjectURL = () => {
    address += 1;
    return `blob:${address}`;
  };
  URL.revokeObjectURL = vi.fn();
});

/** Where something is in the way of whatever is tried. */
async function hindered(hindrance: HindranceView, more: Partial<Snapshot> = {}) {
  const household = { agents: agents(0), empty: false, hindrance };
  await open('capabilities', { household }, more);
}

function outcome(trial: string): string {
  return screen.getByTestId(`outcome-${trial}`).textContent;
}

describe('what the person tries', () => {
  it('shows a screenshot, for them alone, until it is deleted', async () => {
    await open('capabilities');
    await click('try-screenshot');
    expect(called('capabilities/try')).toEqual([{ type: 'screenshot' }]);
    const picture = within(screen.getByTestId('outcome-screenshot')).getByRole('img');
    expect(picture.getAttribute('alt')).toBe('The picture that was taken');
    expect(outcome('screenshot')).toContain(
      'is never sent, and is deleted in 10 min. at the latest.',
    );
    await click('trial-discard');
    expect(called('artifacts/delete')).toEqual([{ id: 'display' }]);
    expect(screen.queryByTestId('outcome-screenshot')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('try-screenshot'));
  });

  it('says when its time is over, and shows it no longer', async () => {
    await open('capabilities');
    await click('try-screenshot');
    await settle(599_000);
    expect(screen.queryByTestId('trial-captured')).toBeTruthy();
    await settle(2_000);
    expect(screen.queryByTestId('trial-captured')).toBeNull();
    expect(outcome('screenshot')).toContain('What you tried was deleted.');
  });

  it('deletes the last one before the next', async () => {
    await open('capabilities');
    await click('try-screenshot');
    await click('try-screenshot');
    expect(called('artifacts/delete')).toEqual([{ id: 'display' }]);
    expect(called('capabilities/try')).toHaveLength(2);
  });

  it('plays a recording, which cannot be cut', async () => {
    await open('capabilities');
    await click('try-recording');
    expect(called('capabilities/try')).toEqual([{ type: 'recording', sound: false }]);
    const card = within(screen.getByTestId('outcome-recording'));
    expect(card.getByLabelText('The recording that was made').tagName).toBe('VIDEO');
    expect(card.getByTestId('play')).toBeTruthy();
    expect(card.queryByTestId('cut')).toBeNull();
  });

  it('tells the place in words', async () => {
    await open('capabilities');
    await click('try-location');
    expect(outcome('location')).toContain(
      'This computer is at 52.51627° N, 13.3777° E. That is right within 24 m.',
    );
    expect(outcome('location')).toContain('It comes from GeoClue.');
    await click('trial-close');
    expect(screen.queryByTestId('outcome-location')).toBeNull();
  });

  it('asks whether the notification was seen', async () => {
    await open('capabilities');
    await click('try-notification');
    const { noticeTitle, noticeBody } = t().trial;
    expect(called('capabilities/try')).toEqual([
      { type: 'notification', title: noticeTitle, body: noticeBody },
    ]);
    expect(outcome('notification')).toContain('Did you see it?');
    await click('trial-not-seen');
    expect(outcome('notification')).toContain('set not to disturb you');
  });

  it('says what each sandbox does', async () => {
    await open('capabilities');
    await click('try-containment');
    expect(outcome('containment')).toContain('Commands of agents are kept in.');
    expect(outcome('containment')).toContain(
      'commands only read, without network: Landlock would do as well',
    );
    expect(outcome('containment')).toContain('not by Landlock, this system does not offer it');
  });

  it('tries nothing that is switched off, and offers to switch it on', async () => {
    await open('capabilities');
    expect(screen.queryByTestId('try-sound')).toBeNull();
    expect(screen.getByTestId('capability-microphone').textContent).toContain(
      'It is switched off, so it is not tried either.',
    );
    await click('switch-on-microphone');
    expect(called('capabilities/set')).toEqual([{ capability: 'microphone', on: true }]);
    // Sound comes with the screen.
    await click('switch-screen');
    await click('try-sound');
    expect(outcome('sound')).toContain('it is switched off');
    await click('trial-switch-on');
    expect(called('capabilities/set').at(-1)).toEqual({ capability: 'screen', on: true });
    expect(screen.queryByTestId('outcome-sound')).toBeNull();
  });

  it.each<[HindranceView, string]>([
    ['inUse', 'Close the other program, then try again.'],
    ['taken', 'Front camera is in use by Release Bot'],
    ['missing', 'Connect it, or choose another one.'],
    ['refused', 'the system does not let Chaperone use it'],
    ['unseen', 'Sign in to a desktop that shows notifications.'],
    ['timedOut', 'Try again in a moment.'],
    ['unrecorded', 'Make room on the disk'],
    ['failed', 'odd (os error 22)'],
  ])('says why nothing came of it, and what to do: %s', async (hindrance, words) => {
    await hindered(hindrance);
    await click('try-screenshot');
    expect(screen.getByRole('alert').textContent).toContain(words);
  });

  it('does not repeat what the person did themselves', async () => {
    await hindered('stopped');
    await click('try-screenshot');
    expect(outcome('screenshot')).toContain('you stopped it');
    expect(outcome('screenshot')).not.toContain('Chaperone says');
  });

  it('says that everything is paused', async () => {
    await open('capabilities', {}, { paused: true });
    await click('try-screenshot');
    expect(outcome('screenshot')).toContain('everything is paused');
    expect(outcome('screenshot')).toContain('Resume, then try again.');
  });

  it('is in the language of the person', async () => {
    const memory = briefMemory({ welcome: 'over', language: 'de' });
    const household = { agents: agents(0), empty: false, hindrance: 'inUse' } as const;
    await open('capabilities', { household, memory });
    await click('try-screenshot');
    expect(outcome('screenshot')).toContain('ein anderes Programm benutzt es');
  });

  it('can be stopped while it goes on', async () => {
    await open('capabilities');
    let answer: (came: unknown) => void = () => undefined;
    const call = host.call.bind(host);
    host.call = <T>(name: string, params: object): Promise<T> => {
      const answered = call<T>(name, params);
      if (name !== 'capabilities/try') return answered;
      return new Promise((resolve) => {
        answer = resolve as (came: unknown) => void;
      });
    };
    await click('try-camera');
    const act = screen.getByTestId('try-camera');
    expect(act.textContent).toContain('Taking a picture…');
    expect(act.getAttribute('aria-disabled')).toBe('true');
    await click('try-camera');
    expect(called('capabilities/try')).toHaveLength(1);
    await click('stop-camera');
    expect(called('capabilities/tryCancel')).toEqual([{ trial: 'camera' }]);
    answer({ type: 'hindered', hindrance: 'stopped', capability: null, message: '' });
    await settle();
    expect(outcome('camera')).toContain('you stopped it');
    expect(screen.queryByTestId('stop-camera')).toBeNull();
  });

  it('says so where the call itself fails', async () => {
    await open('capabilities');
    const failure = new ApiFailure({ code: 'notAllowed', message: 'not from here', hint: null });
    host.fail('capabilities/try', failure);
    await click('try-location');
    expect(screen.getByRole('alert').textContent).toContain('not from here');
  });

  it('keeps what came of it while another view is open', async () => {
    const stores = await open('capabilities');
    await click('try-location');
    stores.navigation.open('now');
    await settle();
    stores.navigation.open('capabilities');
    await settle();
    expect(outcome('location')).toContain('52.51627° N');
  });

  it('is in the timeline', async () => {
    const stores = await open('capabilities');
    await click('try-screenshot');
    stores.navigation.open('activity');
    await settle();
    expect(screen.getByText(/You tried a screenshot/)).toBeTruthy();
  });
});
