// The pages by themselves: built with the host that answers from memory, and served from a port of
// their own, so that every view can be looked at in every state that there is.

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

import { root } from './places.js';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What the desktop's windows allow their pages; here it holds as well. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** Builds into a folder that is thrown away, and serves it; answers with its address. */
export async function servePages() {
  const folder = mkdtempSync(join(tmpdir(), 'chaperone-pages-'));
  execFileSync(
    process.execPath,
    [
      join(root, 'ui/node_modules/vite/bin/vite.js'),
      ...['build', '--mode', 'development', '--outDir', folder, '--logLevel', 'error'],
    ],
    { cwd: join(root, 'ui'), stdio: 'inherit' },
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://pages');
    const path = join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
    if (!path.startsWith(folder) || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    end() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
