// A tray that takes the app's icon in. Debian's own Python has what it needs.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('tray.py', import.meta.url));

export class Tray {
  #child = spawn('/usr/bin/python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  #answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  /** What the icon and its menu show. */
  look() {
    return this.#ask('look');
  }

  /** Chooses an entry of the menu; whether there was one. */
  async choose(label) {
    return (await this.#ask(`choose ${label}`)).chosen;
  }

  async #ask(line) {
    this.#child.stdin.write(`${line}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the tray ended');
    return JSON.parse(value);
  }

  end() {
    this.#child.stdin.end();
  }
}
