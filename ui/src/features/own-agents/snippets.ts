// What to paste, so that a program asks with its key.

import type { MadeKey } from './store.svelte';

export const WAYS = ['curl', 'python', 'mcp'] as const;
export type Way = (typeof WAYS)[number];

/** Works with nothing but what Python brings. A refusal is printed like any other answer. */
function python({ key, level, hub }: MadeKey): string {
  const [path, asked] =
    level === 'autonomous'
      ? ['execute', { command: 'uname -a' }]
      : ['notification', { title: 'Hello', body: 'From your first agent' }];
  // What is text in JSON is the same text in Python.
  const text = (words: string) => JSON.stringify(words);
  const body = Object.entries({ device_node_id: hub.device, ...asked })
    .map(([name, value]) => `    ${text(name)}: ${text(value)},`)
    .join('\n');
  return `import json
import urllib.error
import urllib.request

ask = {
${body}
}
request = urllib.request.Request(
    ${text(`${hub.rest}/api/devices/${path}`)},
    data=json.dumps(ask).encode(),
    headers={
        "Authorization": ${text(`Bearer ${key}`)},
        "Content-Type": "application/json",
    },
)
try:
    with urllib.request.urlopen(request) as answer:
        print(json.load(answer))
except urllib.error.HTTPError as refused:
    print(refused.code, refused.read().decode())
`;
}

function mcp({ key, hub }: MadeKey): string {
  const chaperone = {
    type: 'http',
    url: hub.mcp,
    headers: { Authorization: `Bearer ${key}` },
  };
  return `${JSON.stringify({ mcpServers: { chaperone } }, null, 2)}\n`;
}

export function snippet(way: Way, made: MadeKey): string {
  switch (way) {
    case 'curl':
      return made.curl;
    case 'python':
      return python(made);
    case 'mcp':
      return mcp(made);
  }
}
