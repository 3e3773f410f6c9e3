// A hub by itself, with one person.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { headless } from './places.js';
import { Companion } from './process.js';

export const EMAIL = 'you@example.org';
export const PASSWORD = 'correct horse battery';

export class Server {
  #folder = mkdtempSync(join(tmpdir(), 'chaperone-hub-'));
  #process;
  #person;
  url;

  get #env() {
    return { ...process.env, CHAPERONE_HUB_DATA_DIR: this.#folder };
  }

  async start() {
    const adding = spawn(headless(), ['hub', 'account', 'add', EMAIL, '--owner'], {
      env: this.#env,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    adding.stdin.end(`${PASSWORD}\n`);
    assert.deepEqual(await once(adding, 'close'), [0, null]);
    await this.run('127.0.0.1:0');
    const login = { username: EMAIL, password: PASSWORD };
    this.#person = (
      await this.call('POST', '/api/auth/login', { body: login })
    ).answer.access_token;
  }

  async run(listen) {
    this.#process = new Companion(headless(), ['hub', '--json', '--listen', listen], {
      env: this.#env,
    });
    const [line] = await this.#process.line(/^.*"type":"ready".*$/);
    this.url = JSON.parse(line).hub;
  }

  /** Ends it and starts it again at the same place. */
  async restart() {
    await this.#process.end();
    await this.run(new URL(this.url).host);
  }

  /** The HTTP status and the answer; of the person, unless a key is given. */
  async call(method, path, { key = this.#person, body } = {}) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(key && { Authorization: `Bearer ${key}` }),
      },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, answer: await answer.json() };
  }

  async key(agent) {
    const made = await this.call('POST', `/api/agents/${agent}/keys`, { body: {} });
    return made.answer.key;
  }

  async end() {
    await this.#process?.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
