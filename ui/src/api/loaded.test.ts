import { expect, it } from 'vitest';
import { ApiFailure } from './error';
import { attempt, Loaded } from './loaded.svelte';

/** Answers when it is told to. */
function later<T>() {
  const waiting: { resolve: (value: T) => void; reject: (cause: unknown) => void }[] = [];
  const fetch = () =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  return { fetch, waiting };
}

it('shows the newest answer, whichever comes last', async () => {
  const { fetch, waiting } = later<string>();
  const loaded = new Loaded(fetch);
  const [first, second] = [loaded.load(), loaded.load()];
  waiting[1]?.resolve('new');
  waiting[0]?.resolve('old');
  await Promise.all([first, second]);
  expect([loaded.value, loaded.loading]).toEqual(['new', false]);
});

it('keeps what it had when asking fails, and says so until it works', async () => {
  const { fetch, waiting } = later<string>();
  const loaded = new Loaded(fetch);
  loaded.put('known');
  const failing = loaded.load();
  waiting[0]?.reject(new Error('no disk'));
  await failing;
  expect([loaded.value, loaded.failure?.message]).toEqual(['known', 'no disk']);
  const working = loaded.load();
  waiting[1]?.resolve('again');
  await working;
  expect([loaded.value, loaded.failure]).toEqual(['again', null]);
});

it('asks again only for what somebody has asked for', async () => {
  let asked = 0;
  const loaded = new Loaded(() => Promise.resolve((asked += 1)));
  await loaded.again();
  expect([loaded.value, asked]).toEqual([null, 0]);
  await loaded.load();
  await loaded.again();
  expect([loaded.value, asked]).toEqual([2, 2]);
});

it('is not overtaken by what it asked for before it was told', async () => {
  const { fetch, waiting } = later<string>();
  const loaded = new Loaded(fetch);
  const asked = loaded.load();
  loaded.put('told');
  waiting[0]?.resolve('asked');
  await asked;
  expect(loaded.value).toBe('told');
});

it('answers with what went wrong', async () => {
  const failure = new ApiFailure({ code: 'gone', message: 'over', hint: null });
  expect(await attempt(() => Promise.reject(failure))).toBe(failure);
  expect(await attempt(() => Promise.resolve({}))).toBeNull();
});
