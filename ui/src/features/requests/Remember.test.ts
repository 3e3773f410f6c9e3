import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import * as samples from '../../host/samples';
import Remember from './Remember.svelte';

const NOW = new Date(2026, 10, 21, 12).getTime();

afterEach(() => {
  cleanup();
});

function show(rule = samples.rule(NOW)) {
  const asker = { agent: samples.releaseBot, connection: 'This computer' };
  return render(Remember, { rule, asker, lasting: 'hour', now: NOW });
}

const radio = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name });

it('says what the rule would cover, and what it would not', () => {
  show();
  const shown = screen.getByTestId('rule').textContent;
  expect(shown).toContain('It covers');
  expect(shown).toContain('You would still be asked for');
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent.trim())).toEqual([
    'git log --oneline',
    'git log --oneline something-else',
    'git log --oneline && something-else',
    'git log',
  ]);
});

it('leaves the lists out where a rule has no such examples', () => {
  show(samples.camera(NOW).rules[0]);
  expect(screen.queryByText('It covers')).toBeNull();
  expect(screen.queryByText('You would still be asked for')).toBeNull();
});

it('begins with the shortest time, and tells when each ends', async () => {
  show();
  expect(screen.getByRole('group', { name: 'How long' })).toBeTruthy();
  expect(radio('For an hour').checked).toBe(true);
  expect(screen.getByText('It ends at 13:00.')).toBeTruthy();
  await fireEvent.click(radio('Today'));
  expect(screen.getByText('It ends at midnight.')).toBeTruthy();
  await fireEvent.click(radio('Until I remove it'));
  expect(screen.getByText('It stays until you remove it.')).toBeTruthy();
});

it('calls by its id whoever did not ask', () => {
  show(samples.rule(NOW, { agent: 'another', folder: null }));
  expect(screen.getByTestId('rule-sentence').textContent).toBe(
    'Let it run in sight: git log --oneline, for another at this-computer',
  );
});

it('prints the rule as text, and hides nothing that is in it', () => {
  show(
    samples.rule(NOW, {
      matches: { type: 'argv', program: '<img src=x>', arguments: [] },
      folder: '/home/\u202egnp',
    }),
  );
  const said = screen.getByTestId('rule-sentence');
  expect(said.querySelector('img')).toBeNull();
  expect(said.textContent).toBe(
    "Let it run in sight: '<img src=x>', in /home/\\u{202e}gnp or below it, " +
      'for Release Bot at This computer',
  );
});
