// Keeps “Allow” from being hit by somebody who was doing something else: a request that pops up
// under a moving hand is not a question that was read.

/** How long a request must have been in sight, in a window with the focus. */
export const GUARD_MS = 600;

export class Guard {
  #open = $state(false);
  #painted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #attentive: () => boolean;

  /** `attentive` tells whether the person can be looking: the window is visible and has the focus. */
  constructor(attentive: () => boolean) {
    this.#attentive = attentive;
  }

  get open(): boolean {
    return this.#open;
  }

  /** A request is in sight for the first time. */
  painted(): void {
    this.#painted = true;
    this.#restart();
  }

  /** The window got or lost the focus, was shown or hidden: time begins anew, if at all. */
  attentionChanged(): void {
    this.#restart();
  }

  /** Nothing is in sight any more. */
  close(): void {
    this.#painted = false;
    this.#restart();
  }

  #restart(): void {
    clearTimeout(this.#timer);
    this.#open = false;
    if (!this.#painted || !this.#attentive()) return;
    this.#timer = setTimeout(() => {
      // Asked again: not every system tells of a lost focus in time.
      this.#open = this.#attentive();
    }, GUARD_MS);
  }
}

/** Whether the person can be looking at this page. */
export function attentive(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Calls back after the next frame was really drawn. Returns how to stop. */
export function afterPaint(done: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(done);
  });
  return () => {
    cancelAnimationFrame(frame);
  };
}
