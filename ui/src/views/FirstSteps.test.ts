import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../api/error';
import { briefMemory } from '../host/memory';
import * as samples from '../host/samples';
import { NONE, called, click, host, open, settle, stage } from './stage';

stage();

describe('the first steps', () => {
  const fresh = () => open('now', { household: NONE, memory: briefMemory() });

  it('lead through three steps, and are over', async () => {
    const stores = await fresh();
    const welcome = () => screen.queryByTestId('welcome');
    expect(welcome()?.textContent).toContain('1 of 3');
    expect(welcome()?.textContent).toContain('Nothing happens without you');
    await click('welcome-next');
    expect(document.activeElement?.textContent).toContain('What agents may do');
    // It moved into the step: there are not two of it.
    expect(screen.getAllByRole('table')).toHaveLength(1);
    await click('welcome-next');
    expect(screen.getAllByText('Make your first request')).toHaveLength(1);
    expect(screen.getByTestId('starter-intern')).toBeTruthy();

    host.publish({ type: 'requests', requests: [samples.notification(Date.now())] });
    await settle();
    expect(screen.getByTestId('tried')).toBeTruthy();
    await click('welcome-finish');
    expect(welcome()).toBeNull();
    expect(stores.host.memory.read('welcome')).toBe('over');
  });

  it('send a request to oneself, and say so where that fails', async () => {
    await fresh();
    await click('welcome-next');
    await click('welcome-next');
    host.fail(
      'requests/practice',
      new ApiFailure({ code: 'failed', message: 'the hub does not answer', hint: null }),
    );
    await click('practice');
    expect(screen.getByText('the hub does not answer')).toBeTruthy();
    await click('practice');
    expect(called('requests/practice').at(-1)).toEqual({
      title: 'Hello from Chaperone',
      body: 'You allowed this notification.',
    });
    expect(screen.getByTestId('waiting').textContent).toContain('Hello from Chaperone');
    expect(screen.getByTestId('tried')).toBeTruthy();
  });

  it('can be passed over, and shown again', async () => {
    const stores = await fresh();
    await click('welcome-skip');
    expect(screen.queryByTestId('welcome')).toBeNull();
    stores.navigation.open('settings');
    await settle();
    await click('welcome-again');
    expect(screen.getByTestId('welcome')).toBeTruthy();
  });

  it('are nothing for a device that was used before', async () => {
    const record = samples.record(Date.now(), 20);
    await open('now', { memory: briefMemory(), record }, { recent: record });
    expect(screen.queryByTestId('welcome')).toBeNull();
  });
});
