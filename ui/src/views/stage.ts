// A whole panel on a stage, for tests of its views.

import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { ApiFailure } from '../api/error';
import type { Snapshot } from '../api/generated/Snapshot';
import App from '../App.svelte';
import { fakeHost, type FakeHost, type Scene } from '../host/fake';
import * as samples from '../host/samples';
import { speak } from '../i18n';
import type { View } from '../navigation.svelte';
import { createStores, type Stores } from '../stores';

export let host: FakeHost;

/** Sets the stage before each test of a file, and clears it after. */
export function stage(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    location.hash = '';
    // jsdom has no modal dialogs.
    HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
      this.open = true;
    };
  });

  afterEach(async () => {
    cleanup();
    vi.useRealTimers();
    await speak('en');
  });
}

export async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await tick();
}

/** A device on which nothing happened yet. */
export const NONE = { agents: [], empty: true };

export async function open(
  view: View,
  scene: Partial<Scene> = {},
  more: Partial<Snapshot> = {},
): Promise<Stores> {
  host = fakeHost({
    snapshot: samples.snapshot({
      connections: [
        samples.connection(),
        samples.connection({ id: 'atom', name: 'Atom at work', address: 'wss://atom.example.org' }),
      ],
      ...more,
    }),
    record: [],
    ...scene,
  });
  return show(view);
}

async function show(view: View): Promise<Stores> {
  const stores = createStores(host);
  await stores.preferences.start();
  stores.feed.start();
  stores.navigation.open(view);
  render(App, { stores });
  await settle();
  return stores;
}

/** A view whose call fails, until it is asked again. */
export async function openFailing(view: View, call: string): Promise<void> {
  host = fakeHost({ snapshot: samples.snapshot(), record: [] });
  host.fail(call, new ApiFailure({ code: 'failed', message: 'no disk', hint: 'Help it.' }));
  await show(view);
  expect(screen.getByRole('alert').textContent).toContain('no disk Help it.');
  await fireEvent.click(screen.getByTestId('retry'));
  await settle();
  expect(screen.queryByText('no disk')).toBeNull();
}

/** What was asked of the app under this name, in order. */
export function called(name: string): unknown[] {
  return host.calls.filter((call) => call.name === name).map(({ params }) => params);
}

export async function click(id: string): Promise<void> {
  await fireEvent.click(screen.getByTestId(id));
  await settle();
}

export async function type(id: string, text: string): Promise<void> {
  await fireEvent.input(screen.getByTestId(id), { target: { value: text } });
}

export async function choose(group: string, name: string): Promise<void> {
  await fireEvent.click(within(screen.getByTestId(group)).getByRole('radio', { name }));
  await settle();
}
