// Tells when something can be read on the screen.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('screen.py', import.meta.url));

export class Screen {
  #child = spawn('/usr/bin/python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  #answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  /** When text can be read in the middle of the screen. Ask before starting what shows it. */
  readable() {
    return this.#ask('go');
  }

  /** When no text is left there. */
  clear() {
    return this.#ask('clear');
  }

  async #ask(word) {
    this.#child.stdin.write(`${word}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the watcher of the screen ended');
    const at = JSON.parse(value).at_ns;
    if (at === null) throw new Error(`the screen was never what “${word}” waits for`);
    return BigInt(at);
  }

  end() {
    this.#child.stdin.end();
  }
}
