// The page in a browser, served by the headless program; the browser's cookie is who it is.

import type { ApiError } from '../api/generated/ApiError';
import type { Message } from '../api/generated/Message';
import { ApiFailure } from '../api/error';
import { t } from '../i18n';
import type { Host } from './host';
import { browserMemory } from './memory';

const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 10_000;

export function webHost(): Host {
  return {
    async call<T>(name: string, params: object): Promise<T> {
      const answer = await post(name, params);
      if (!answer.ok) throw await refusal(answer);
      return (await answer.json()) as T;
    },
    subscribe,
    memory: browserMemory(),
    browse(address) {
      // Only pages: whatever else an address may do is not wanted.
      if (/^https?:\/\//i.test(address)) window.open(address, '_blank', 'noopener,noreferrer');
    },
    cuts: true,
    window: {
      // A browser's window belongs to the person.
      resize: () => undefined,
    },
    desktop: null,
  };
}

async function post(name: string, params: object): Promise<Response> {
  try {
    return await fetch(`./call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(params),
    });
  } catch {
    throw new ApiFailure({
      code: 'failed',
      message: t().errors.noAnswer,
      hint: t().errors.noAnswerHint,
    });
  }
}

async function refusal(answer: Response): Promise<ApiFailure> {
  if (answer.status === 401) {
    return new ApiFailure({
      code: 'notAllowed',
      message: t().errors.signedOut,
      hint: t().errors.signedOutHint,
    });
  }
  const body: unknown = await answer.json().catch(() => null);
  if (isApiError(body)) return new ApiFailure(body);
  return new ApiFailure({
    code: 'failed',
    message: t().errors.answered(answer.status),
    hint: null,
  });
}

function isApiError(body: unknown): body is ApiError {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
}

function subscribe(on: Parameters<Host['subscribe']>[0]): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = RETRY_FIRST_MS;

  function open(): void {
    source = new EventSource('./events');
    source.onmessage = ({ data }: MessageEvent<string>) => {
      wait = RETRY_FIRST_MS;
      on(JSON.parse(data) as Message);
    };
    source.onerror = () => {
      // The browser gives up for good on some answers: always begin anew, at a pace of our own.
      source.close();
      on({ type: 'lost' });
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    };
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
