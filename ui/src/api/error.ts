// Every failed call arrives as one kind of error, whatever went wrong underneath.

import type { ApiError } from './generated/ApiError';
import type { ErrorCode } from './generated/ErrorCode';

/** An [`ApiError`] that can be thrown. */
export class ApiFailure extends Error implements ApiError {
  override readonly name = 'ApiFailure';
  readonly code: ErrorCode;
  readonly hint: string | null;

  constructor({ code, message, hint }: ApiError) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

// A record over the union: a code that is added or removed does not compile until it is here.
const CODES: Record<ErrorCode, true> = {
  gone: true,
  changed: true,
  invalid: true,
  unencrypted: true,
  notAllowed: true,
  failed: true,
};

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(CODES, value);
}

/** Makes an [`ApiFailure`] of whatever was thrown, rejected or answered. */
export function toApiFailure(cause: unknown): ApiFailure {
  if (cause instanceof ApiFailure) return cause;
  if (typeof cause === 'object' && cause !== null && 'message' in cause) {
    const message = String(cause.message);
    const code = 'code' in cause && isCode(cause.code) ? cause.code : 'failed';
    const hint = 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : null;
    return new ApiFailure({ code, message, hint });
  }
  return new ApiFailure({ code: 'failed', message: String(cause), hint: null });
}
