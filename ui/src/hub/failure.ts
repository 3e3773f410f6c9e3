// What the hub refuses, in words: the common codes in those of the catalogue, the others in the
// hub's own.

import { ApiFailure } from '../api/error';
import { formats, t } from '../i18n/hub';
import { visible } from '../visible';

/** An answer that is no success, or none at all. */
export class HubFailure extends ApiFailure {
  /** What to branch on; `unreachable` where no answer came. */
  readonly refusal: string;
  /** The hub's own words. */
  readonly detail: string;

  constructor(refusal: string, detail: string, said: Words) {
    super({ code: 'failed', message: said.message, hint: said.hint ?? null });
    this.refusal = refusal;
    this.detail = detail;
  }
}

interface Words {
  message: string;
  hint?: string;
}

const MINUTE = 60;

/** In the largest unit that says no less than it takes. */
function within(seconds: number): string {
  return seconds < 2 * MINUTE
    ? formats().seconds.format(seconds)
    : formats().minutes.format(Math.ceil(seconds / MINUTE));
}

function words(code: string, status: number, detail: string, retryAfter: number): Words {
  const { errors } = t().hub;
  switch (code) {
    case 'unauthorized':
      return { message: errors.signedOut };
    case 'forbidden':
      return { message: errors.forbidden };
    case 'not_found':
      return { message: errors.gone };
    case 'exists':
      return { message: errors.exists };
    case 'not_active':
      return { message: errors.over };
    case 'not_pending':
      return { message: errors.decided };
    case 'inactive':
      return { message: errors.inactive };
    case 'locked':
    case 'too_many':
      return { message: errors.wait(within(retryAfter)) };
    case 'disk_full':
      return { message: errors.full };
    case 'stopping':
      return { message: errors.stopping };
    case 'internal':
      return { message: errors.internal };
    default:
      return { message: detail === '' ? errors.answered(status) : visible(detail) };
  }
}

export function unreachable(): HubFailure {
  const { unreachable: message, unreachableHint: hint } = t().hub.errors;
  return new HubFailure('unreachable', '', { message, hint });
}

/** Of an answer that is no success. */
export async function refused(answer: Response): Promise<HubFailure> {
  const body: unknown = await answer.json().catch(() => null);
  const text = (name: string): string => {
    if (typeof body !== 'object' || body === null || !(name in body)) return '';
    const value: unknown = (body as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : '';
  };
  const [code, detail] = [text('code'), text('detail')];
  const retryAfter = Number(answer.headers.get('retry-after') ?? '1');
  return new HubFailure(code, detail, words(code, answer.status, detail, retryAfter));
}

/** Of what was approved and then did not come off: in our words, and the hub's own. */
export function cameToNothing(result: unknown, message: string): ApiFailure {
  const detail = typeof result === 'object' && result !== null && 'detail' in result;
  const hint = detail && typeof result.detail === 'string' ? visible(result.detail) : null;
  return new ApiFailure({ code: 'failed', message, hint });
}

export function isRefusal(cause: unknown, code: string): boolean {
  return cause instanceof HubFailure && cause.refusal === code;
}

/** As the kit's components take it. */
export function said(failure: ApiFailure): { title: string; hint: string | null } {
  return { title: failure.message, hint: failure.hint };
}

/** As a message that passes: what went wrong, or what was done. */
export function outcome(failure: ApiFailure | null, done: string): Notice {
  return failure === null
    ? { tone: 'info', title: done, hint: null }
    : { tone: 'danger', ...said(failure) };
}

export interface Notice {
  tone: 'info' | 'danger';
  title: string;
  hint: string | null;
}
