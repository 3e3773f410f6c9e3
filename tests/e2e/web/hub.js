// A hub elsewhere, as small as it can be: it speaks the Atom dialect to one device, asks what it is
// told to ask, and keeps what it hears.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { until } from '../support/process.js';

/** What every server of WebSockets adds to the key that it is shown (RFC 6455). */
const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class Hub {
  #server = createServer();
  #socket;
  #heard = [];
  #asked = 0;

  async start() {
    this.#server.on('upgrade', (request, socket) => this.#welcome(request, socket));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get address() {
    return `ws://127.0.0.1:${this.#server.address().port}`;
  }

  /** Asks, in the name of an agent; gives the command's id. */
  ask(maturity, command, params = {}) {
    this.#asked += 1;
    const id = `ask-${this.#asked}`;
    this.#say({
      type: 'command',
      command_id: id,
      command,
      params,
      agent: { id: 'scout', name: 'Scout', maturity },
      deadline_at: new Date(Date.now() + 60_000).toISOString(),
      timestamp: new Date().toISOString(),
    });
    return id;
  }

  /** What came of it, if anything did so far. */
  heard(id) {
    return this.#heard.find(({ type, command_id }) => type === 'result' && command_id === id);
  }

  /** What came of it, once something has. */
  outcome(id) {
    return until(`an answer to ${id}`, () => this.heard(id));
  }

  end() {
    this.#socket?.destroy();
    this.#server.close();
  }

  #welcome(request, socket) {
    const accept = createHash('sha1')
      .update(request.headers['sec-websocket-key'] + ACCEPT)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    this.#socket = socket;
    let rest = Buffer.alloc(0);
    let pieces = [];
    // A device that is ended does not take leave.
    socket.on('error', () => {});
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (let frame = taken(rest); frame !== null; frame = taken(rest)) {
        rest = frame.rest;
        if (frame.kind === PING) socket.write(framed(PONG, frame.content));
        if (frame.kind === CLOSE) socket.end(framed(CLOSE, frame.content));
        if (frame.kind > TEXT) continue;
        pieces.push(frame.content);
        if (!frame.last) continue;
        this.#hear(JSON.parse(Buffer.concat(pieces).toString()));
        pieces = [];
      }
    });
  }

  #hear(message) {
    this.#heard.push(message);
    if (message.type === 'register') {
      this.#say({
        type: 'registered',
        device_node_id: message.device_node_id,
        registered_at: new Date().toISOString(),
        extensions: ['agent', 'deadline', 'result_ack'],
      });
    }
    if (message.type === 'result')
      this.#say({ type: 'result_ack', command_id: message.command_id });
  }

  #say(message) {
    this.#socket.write(framed(TEXT, Buffer.from(JSON.stringify(message))));
  }
}

/** The first frame of what came, which is masked, and what is left; nothing until it is whole. */
function taken(data) {
  if (data.length < 2) return null;
  let length = data[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (data.length < 4) return null;
    length = data.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (data.length < 10) return null;
    length = Number(data.readBigUInt64BE(2));
    at = 10;
  }
  const end = at + 4 + length;
  if (data.length < end) return null;
  const mask = data.subarray(at, at + 4);
  const content = Buffer.from(data.subarray(at + 4, end));
  for (let index = 0; index < content.length; index += 1) content[index] ^= mask[index % 4];
  return {
    kind: data[0] & 0x0f,
    last: (data[0] & 0x80) !== 0,
    content,
    rest: data.subarray(end),
  };
}

/** A frame of ours: whole, and not masked. */
function framed(kind, content) {
  const first = 0x80 | kind;
  if (content.length < 126) return Buffer.concat([Buffer.from([first, content.length]), content]);
  const head = Buffer.from([first, 126, 0, 0]);
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}
