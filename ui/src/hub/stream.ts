// What the hub says as it happens: the kinds of its server-sent events. What they are about is asked
// for anew.

import { unreachable } from './failure';

/** The hub says something every fifteen seconds; with less than that, nobody is there any more. */
const SILENCE_MS = 40_000;

export async function* kinds(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await spoken(reader.read());
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const kind = /^event: ?(.+?)\r?$/.exec(line)?.[1];
        if (kind !== undefined) yield kind;
      }
    }
  } finally {
    // Whoever stops listening hangs up; a line that is broken already is as good.
    await reader.cancel().catch(() => undefined);
  }
}

/** Gives up where nothing comes. */
export async function spoken<T>(coming: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unreachable());
    }, SILENCE_MS);
  });
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}
