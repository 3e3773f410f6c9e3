import { afterEach, expect, it, vi } from 'vitest';
import { calmly } from './looking.svelte';
import { kinds } from './stream';

afterEach(() => {
  vi.useRealTimers();
});

function body(pieces: string[], ends: boolean): ReadableStream<Uint8Array> {
  const words = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(words.encode(piece));
      if (ends) controller.close();
    },
  });
}

it('hears each kind, however the lines are cut', async () => {
  const pieces = [
    'event: rea',
    'dy\ndata: {"type":"event: no"}\n\n: \n\neve',
    'nt: lost\r\n',
    '\n',
  ];
  const heard = [];
  for await (const kind of kinds(body(pieces, true))) heard.push(kind);
  expect(heard).toEqual(['ready', 'lost']);
});

it('takes a long silence for an end', async () => {
  vi.useFakeTimers();
  const stream = kinds(body(['event: ready\n'], false));
  expect((await stream.next()).value).toBe('ready');
  const next = stream.next();
  const gaveUp = expect(next).rejects.toThrow('The hub does not answer.');
  await vi.advanceTimersByTimeAsync(40_000);
  await gaveUp;
});

it('does what many ask for once at a time, and once more for those who asked meanwhile', async () => {
  vi.useFakeTimers();
  let begun = 0;
  const ask = calmly(async () => {
    begun += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, 1_000);
  for (let time = 0; time < 5; time += 1) ask();
  expect(begun).toBe(1);
  await vi.advanceTimersByTimeAsync(1_299);
  expect(begun).toBe(1);
  await vi.advanceTimersByTimeAsync(1_301);
  expect(begun).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(begun).toBe(2);
});
