// A place that tells of newer versions, and whoever signs them, as Tauri's command line does.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** What the app calls the system it was built for. */
const TARGET = `linux-${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}`;

const base64 = (data) => Buffer.from(data).toString('base64');

/** Somebody who makes releases: signs in the form of minisign. */
export class Maker {
  #id = randomBytes(8);
  #pair = generateKeyPairSync('ed25519');

  /** The public key, in one line. */
  get key() {
    const raw = Buffer.from(this.#pair.publicKey.export({ format: 'jwk' }).x, 'base64url');
    const line = base64(Buffer.concat([Buffer.from('Ed'), this.#id, raw]));
    return base64(`untrusted comment: minisign public key\n${line}\n`);
  }

  /** The signature over a package of that version. */
  signature(content, version) {
    const digest = createHash('blake2b512').update(content).digest();
    const one = sign(null, digest, this.#pair.privateKey);
    const trusted = `timestamp:${Math.floor(Date.now() / 1000)}\tfile:chaperone\tversion:${version}`;
    const both = sign(null, Buffer.concat([one, Buffer.from(trusted)]), this.#pair.privateKey);
    const line = base64(Buffer.concat([Buffer.from('ED'), this.#id, one]));
    return base64(
      `untrusted comment: signature\n${line}\ntrusted comment: ${trusted}\n${base64(both)}\n`,
    );
  }
}

/** Tells of one version, or of none. */
export class Releases {
  #server;
  #package = null;
  #told = null;

  static async start() {
    const started = new Releases();
    started.#server = createServer((request, response) => {
      if (request.url === '/package') response.end(started.#package);
      else if (started.#told === null) response.writeHead(204).end();
      else response.end(JSON.stringify(started.#told));
    });
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get address() {
    return `http://127.0.0.1:${this.#server.address().port}/latest.json`;
  }

  /** Tells of a version from now on. */
  tell({ version, notes, content, signature }) {
    this.#package = content;
    const url = new URL('/package', this.address).href;
    this.#told = { version, notes, platforms: { [TARGET]: { url, signature } } };
  }

  async end() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
