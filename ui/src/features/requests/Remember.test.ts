import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import * as samples from '../../host/samples';
import Remember from './Remember.svelte';

const NOW = new Date(2026, 10, 21, 12).getTime();

afterEach(() => {
  cleanup();
});

function show(rule = samples.rule(NOW)) {
  return render(Remember, { rule, lasting: 'hour', now: NOW });
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

it('prints the rule as text, and hides nothing that is in it', () => {
  const sentence = 'run `<img src=x>` \u202egnp';
  show(samples.rule(NOW, { sentence }));
  const said = screen.getByTestId('rule-sentence');
  expect(said.querySelector('img')).toBeNull();
  expect(said.textContent).toBe('run `<img src=x>` \\u{202e}gnp');
});
