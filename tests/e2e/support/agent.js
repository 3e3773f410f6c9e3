// An agent as its author would first write it: curl, a key, and a JSON body.

import { headless } from './places.js';
import { output, run } from './process.js';

export class Agent {
  #hub;
  #key;
  #device;

  constructor(hub, key, device = 'this-computer') {
    this.#hub = hub;
    this.#key = key;
    this.#device = device;
  }

  /** One of the hub's own four agents, with the key the way a person gets it. */
  static async starter(hub, name, dataDir) {
    return new Agent(hub, await output(headless(), 'key', name, '--data-dir', dataDir));
  }

  notify(title, body, more = {}) {
    return this.#post('notification', { title, body, ...more });
  }

  execute(command, more = {}) {
    return this.#post('execute', { command, ...more });
  }

  snap(more = {}) {
    return this.#post('camera/snap', more);
  }

  record(more = {}) {
    return this.#post('screen/record/start', { duration_seconds: 60, ...more });
  }

  stopRecording(session) {
    return this.#post('screen/record/stop', { session_id: session });
  }

  /** The HTTP status and the answer, when the device has answered. */
  async #post(path, body) {
    const { code, stdout, stderr } = await run('curl', [
      '--silent',
      '--show-error',
      '--max-time',
      '30',
      '--write-out',
      '\n%{http_code}',
      '--header',
      `Authorization: Bearer ${this.#key}`,
      '--header',
      'Content-Type: application/json',
      '--data',
      JSON.stringify({ device_node_id: this.#device, ...body }),
      `${this.#hub}/api/devices/${path}`,
    ]);
    if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`);
    const end = stdout.lastIndexOf('\n');
    const text = stdout.slice(0, end);
    return { status: Number(stdout.slice(end + 1)), answer: text === '' ? null : JSON.parse(text) };
  }
}
