// Processes that the tests start, and end again by pid.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** Asks `question` until its answer is true-ish, and returns that; fails with `what` after a while. */
export async function until(what, question, patienceMs = 10_000) {
  const end = performance.now() + patienceMs;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${patienceMs} ms`);
    await sleep(20);
  }
}

/** A port that nobody listens on right now. */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a program to its end; never rejects because of its exit code. */
export function run(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => (stdout += data));
  child.stderr?.on('data', (data) => (stderr += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Like `run`, for programs that must succeed; gives what they printed, without the last newline. */
export async function output(program, ...args) {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trimEnd();
}

/** A program that runs beside the test and is ended with it. */
export class Companion {
  #child;
  #lines = [];
  #ended;

  constructor(program, args, options = {}) {
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => resolve({ code, signal }));
    });
    // Reported where it is waited for; a companion that nobody waits for may end as it likes.
    this.#ended.catch(() => {});
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      let rest = '';
      stream?.on('data', (data) => {
        const lines = (rest + data).split('\n');
        rest = lines.pop();
        this.#lines.push(...lines);
      });
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** Everything it printed so far, a line an element. */
  get lines() {
    return this.#lines;
  }

  get runs() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first line that fits, as the match. */
  line(pattern) {
    return until(`a line like ${pattern}`, () => {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      if (!this.runs)
        throw new Error(`it ended before a line like ${pattern}:\n${this.#lines.join('\n')}`);
      return undefined;
    });
  }

  /** How it ended, once it has. */
  get ended() {
    return this.#ended;
  }

  /** Ends it, by force if it will not. */
  async end(signal = 'SIGTERM') {
    if (!this.runs) return this.#ended;
    this.#child.kill(signal);
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 8_000);
    const how = await this.#ended;
    clearTimeout(force);
    return how;
  }
}
