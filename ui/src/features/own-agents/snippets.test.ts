import { expect, it } from 'vitest';
import { hubFacts } from '../../host/fake-samples';
import { snippet } from './snippets';
import type { MadeKey } from './store.svelte';

const made: MadeKey = {
  name: 'A "quoted" name',
  level: 'intern',
  key: 'chp_1',
  curl: "curl http://127.0.0.1:7377/api/devices/notification -H 'Authorization: Bearer chp_1'",
  hub: hubFacts,
};

it('asks for what the level may ask for', () => {
  expect(snippet('curl', made)).toBe(made.curl);
  const python = snippet('python', made);
  expect(python).toContain('"http://127.0.0.1:7377/api/devices/notification"');
  expect(python).toContain('    "device_node_id": "this-computer",\n    "title": "Hello",');
  expect(python).toContain('"Authorization": "Bearer chp_1"');
  expect(snippet('python', { ...made, level: 'autonomous' })).toContain('"command": "uname -a"');
});
