// The device's half of the atom wire: a hello, heartbeats, and one answer to each command, said
// again until the hub has it. Whoever owns it decides what is answered.

import { Ended } from './pairing.js';

const EXTENSIONS = ['agent', 'deadline', 'cancel', 'progress', 'result_ack', 'screenshot'];
const HEARTBEAT_EVERY = 30_000;
const USUAL_DEADLINE = 30_000;
const FIRST_RETRY = 1_000;
const SLOWEST_RETRY = 30_000;
/** After so many tries that did not even open a socket, the token is likely the reason. */
const PATIENCE = 3;

/** Close codes after which trying again does not help, and what they mean. */
const FINAL = {
  1002: 'The hub does not understand this page',
  1008: 'The hub refused this device',
  4003: 'This hub knows this device by another key: connect it again',
  4009: 'Another connection took over, or the pairing was ended',
};

/** Events: `state` {phase, text}, `frame` {up, frame}, `command` {command}, `cancel` {id}. */
export class Device extends EventTarget {
  #credential;
  #info;
  #socket = null;
  #timers = new Set();
  #stopped = false;
  #failures = 0;
  /** What every command came to; nothing yet, while its person is asked. */
  #answers = new Map();
  #unconfirmed = new Map();
  #isUp = false;

  constructor(credential, info) {
    super();
    this.#credential = credential;
    this.#info = info;
  }

  async connect() {
    this.#tell('state', { phase: 'connecting', text: 'Connecting…' });
    let token;
    try {
      token = await this.#credential.token();
    } catch (problem) {
      if (problem instanceof Ended) return this.#end(problem.message);
      return this.#again(problem.message);
    }
    if (this.#stopped) return undefined;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${location.host}/api/devices/ws?token=${encodeURIComponent(token)}`;
    const socket = new WebSocket(url);
    this.#socket = socket;
    let opened = false;
    socket.addEventListener('open', () => {
      opened = true;
      this.#hello();
    });
    socket.addEventListener('message', ({ data }) => this.#hear(data, token));
    socket.addEventListener('close', (end) => {
      if (socket === this.#socket) this.#closed(end, opened);
    });
    return undefined;
  }

  /** Ends the connection for good. */
  stop() {
    this.#stopped = true;
    this.#rest();
    this.#socket?.close(1000, 'switched off');
    this.#socket = null;
    this.#tell('state', { phase: 'off', text: 'Not connected' });
  }

  /** The one answer to a command. */
  answer(id, result) {
    const frame = { type: 'result', command_id: id, ...result, timestamp: now() };
    this.#answers.set(id, frame);
    this.#unconfirmed.set(id, frame);
    if (this.#isUp) this.#say(frame);
  }

  progress(id, state) {
    if (this.#isUp) this.#say({ type: 'progress', command_id: id, state, timestamp: now() });
  }

  #hello() {
    const { publicKey, device } = this.#credential;
    const extensions = publicKey ? [...EXTENSIONS, 'device_key'] : EXTENSIONS;
    this.#say({
      type: 'register',
      device_node_id: device,
      device_info: {
        device_node_id: device,
        ...this.#info,
        extensions,
        ...(publicKey && { public_key: publicKey }),
      },
    });
  }

  async #hear(text, token) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    this.#tell('frame', { up: false, frame });
    switch (frame.type) {
      case 'challenge': {
        const signature = await this.#credential.prove(token, frame.nonce);
        if (signature) this.#say({ type: 'proof', signature, timestamp: now() });
        break;
      }
      case 'registered':
        this.#registered();
        break;
      case 'heartbeat_probe':
        this.#beat();
        break;
      case 'command':
        this.#command(frame);
        break;
      case 'cancel':
        if (this.#answers.get(frame.command_id) === null) {
          this.#tell('cancel', { id: frame.command_id });
        }
        break;
      case 'result_ack':
        this.#unconfirmed.delete(frame.command_id);
        break;
      default:
    }
  }

  #registered() {
    this.#isUp = true;
    this.#failures = 0;
    this.#every(HEARTBEAT_EVERY, () => this.#beat());
    for (const frame of this.#unconfirmed.values()) this.#say(frame);
    this.#tell('state', { phase: 'up', text: `Connected as ${this.#credential.device}` });
  }

  #command(frame) {
    const id = frame.command_id;
    const known = this.#answers.get(id);
    if (known) return this.#say(known);
    // It is being asked about already.
    if (known === null) return undefined;
    this.#answers.set(id, null);
    const asked = Date.parse(frame.timestamp);
    const until = Date.parse(frame.deadline_at);
    // Both are by the hub's clock, so only their difference counts.
    const left = until - asked;
    const endsAt = Date.now() + (Number.isFinite(left) ? left : USUAL_DEADLINE);
    this.#tell('command', { command: { ...frame, endsAt } });
    return undefined;
  }

  #beat() {
    this.#say({ type: 'heartbeat', timestamp: now() });
  }

  #say(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify(frame));
    this.#tell('frame', { up: true, frame });
  }

  #closed({ code, reason }, opened) {
    this.#rest();
    this.#socket = null;
    const said = reason ? `: ${reason}` : '';
    if (code in FINAL) {
      return this.#end(
        code === 4003 || code === 4009 ? `${FINAL[code]}.` : `${FINAL[code]}${said}.`,
      );
    }
    if (!opened && this.#failures >= PATIENCE) {
      return this.#again('The hub does not open a connection. Does it still take this token?');
    }
    return this.#again(code === 1012 ? 'The hub restarts.' : `The connection ended${said}.`);
  }

  #end(text) {
    this.#stopped = true;
    this.#tell('state', { phase: 'refused', text });
  }

  #again(text) {
    if (this.#stopped) return;
    this.#failures += 1;
    const wait = Math.min(SLOWEST_RETRY, FIRST_RETRY * 2 ** (this.#failures - 1));
    const seconds = Math.round(wait / 1000);
    this.#tell('state', { phase: 'waiting', text: `${text} Trying again in ${seconds} s.` });
    this.#timers.add(setTimeout(() => this.connect(), wait));
  }

  #every(time, act) {
    this.#timers.add(setInterval(act, time));
  }

  #rest() {
    this.#isUp = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function now() {
  return new Date().toISOString();
}
