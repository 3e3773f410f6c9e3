// The page: who it is, what is asked, and everything that is said. Text from the hub is put in as
// text, never as markup, and nothing that is secret is shown.

import { Device } from './device.js';
import { Credential, SecondFactor } from './pairing.js';
import { Failure, has, SENSES } from './senses.js';

const MOST_FRAMES = 500;
const LONGEST_TEXT = 300;
/** A hand that was about to click somewhere else allows nothing. */
const INERT = 600;
const REMEMBERED = 'chaperone-simulator';
const BEATS = ['heartbeat', 'heartbeat_ack', 'heartbeat_probe'];

const part = (id) => document.getElementById(id);
const entry = part('entry');

let device = null;
let credential = null;

// --- who it is -----------------------------------------------------------------------------------

/** The same id and name each time, so that the hub's list does not grow. Nothing of it is secret. */
function remembered() {
  try {
    const { id, name } = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
    if (typeof id === 'string' && typeof name === 'string') return { id, name };
  } catch {
    // Whoever keeps nothing begins anew.
  }
  const [word] = crypto.getRandomValues(new Uint32Array(1));
  return { id: `browser-${word.toString(16).padStart(8, '0')}`, name: 'Browser' };
}

function remember(me) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(me));
  } catch {
    // A browser that keeps nothing has another id next time.
  }
}

const me = remembered();
entry.elements.name.value = me.name;
part('bare').hidden = window.isSecureContext;
for (const box of entry.querySelectorAll('[name=offers]')) {
  box.disabled = !has(box.value);
  box.checked = !box.disabled;
}

function chosen() {
  return entry.elements.way.value;
}

function turn() {
  for (const way of ['sign-in', 'token']) {
    part(way).hidden = way !== chosen();
    for (const input of part(way).querySelectorAll('input')) input.disabled = part(way).hidden;
  }
}

for (const way of entry.elements.way) way.addEventListener('change', turn);
turn();

entry.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(entry);
  const text = (name) => String(form.get(name) ?? '').trim();
  const button = entry.querySelector('button');
  me.name = text('name') || 'Browser';
  remember(me);
  part('problem').hidden = true;
  button.disabled = true;
  state({ phase: 'connecting', text: 'Connecting…' });
  try {
    credential =
      chosen() === 'token'
        ? Credential.pasted(me.id, text('token'))
        : await Credential.paired({
            device: me.id,
            name: me.name,
            username: text('username'),
            password: String(form.get('password')),
            code: text('code'),
          });
    begin(form.getAll('offers'));
  } catch (problem) {
    state({ phase: 'off', text: 'Not connected' });
    complain(problem.message);
    if (problem instanceof SecondFactor) {
      part('second').hidden = false;
      entry.elements.code.focus();
    }
  } finally {
    button.disabled = false;
  }
});

function complain(text) {
  part('problem').textContent = text;
  part('problem').hidden = false;
}

function begin(offers) {
  for (const secret of ['password', 'code', 'token']) entry.elements[secret].value = '';
  part('second').hidden = true;
  device = new Device(credential, {
    name: me.name,
    node_type: 'browser',
    platform: navigator.userAgentData?.platform ?? navigator.platform ?? '',
    platform_version: '',
    architecture: '',
    capabilities: offers,
  });
  device.addEventListener('state', ({ detail }) => state(detail));
  device.addEventListener('frame', ({ detail }) => log(detail));
  device.addEventListener('command', ({ detail }) => asked(detail.command, offers));
  device.addEventListener('cancel', ({ detail }) => cancelled(detail.id));
  part('name').textContent = me.name;
  part('device').textContent = credential.device;
  part('bound').textContent = credential.publicKey
    ? 'bound to a key that does not leave this browser'
    : 'bound to no key';
  entry.hidden = true;
  part('connected').hidden = false;
  part('connect-title').textContent = 'This device';
  part('disconnect').focus();
  device.connect();
}

async function end() {
  const farewell = credential;
  device?.stop();
  device = null;
  credential = null;
  for (const id of [...requests.keys()]) drop(id);
  entry.hidden = false;
  part('connected').hidden = true;
  part('connect-title').textContent = 'Connect';
  await farewell?.giveBack();
}

part('disconnect').addEventListener('click', async () => {
  await end();
  entry.elements.name.focus();
});

function state({ phase, text }) {
  part('state').textContent = text;
  part('state').dataset.phase = phase;
  if (phase === 'refused') {
    end();
    part('state').textContent = 'Not connected';
    part('state').dataset.phase = 'refused';
    complain(text);
  }
}

// --- what is asked -------------------------------------------------------------------------------

/** By the command's id; each with its card, its timer, and what ends it. */
const requests = new Map();

const WORDS = {
  send_notification: 'Show a notification',
  get_location: 'Tell where this computer is',
  camera_snap: 'Take a picture with the camera',
  screen_snap: 'Take a picture of the screen',
};

/** Nothing from outside looks like something else: what cannot be seen is shown by its number. */
function visible(text) {
  const shown = String(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`,
  );
  return shown;
}

function failed(code, error) {
  return { success: false, code, error };
}

function asked(command, offers) {
  const { command_id: id, command: kind, params, agent, endsAt } = command;
  const sense = Object.hasOwn(SENSES, kind) ? SENSES[kind] : null;
  if (!sense) {
    device.answer(id, failed('unsupported', `a browser has no ${visible(kind)}`));
    return;
  }
  if (!offers.includes(sense.capability)) {
    device.answer(id, failed('forbidden', `the ${sense.capability} is switched off on this page`));
    return;
  }
  const card = part('request').content.cloneNode(true).firstElementChild;
  card.querySelector('h3').textContent = WORDS[kind];
  card.querySelector('.who').textContent = agent
    ? `asked by ${visible(agent.name)} (${visible(agent.maturity)})`
    : 'asked by somebody whom the hub does not name';
  const list = card.querySelector('dl');
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value === null) continue;
    const term = document.createElement('dt');
    const what = document.createElement('dd');
    term.textContent = visible(name);
    what.textContent = visible(typeof value === 'string' ? value : JSON.stringify(value));
    list.append(term, what);
  }
  const request = { card, kind, params: params ?? {}, sense, endsAt, running: false };
  const [deny, allow] = card.querySelectorAll('button');
  deny.addEventListener('click', () => {
    finish(id, failed('denied', 'the person said no'));
  });
  allow.addEventListener('click', () => run(id));
  allow.disabled = true;
  request.timers = [
    setTimeout(() => (allow.disabled = request.running), INERT),
    setInterval(() => tick(id), 500),
  ];
  requests.set(id, request);
  tick(id);
  part('requests').append(card);
  device.progress(id, 'waiting');
  count();
  // The keyboard goes to the answer that does no harm, unless somebody is typing.
  if (!document.activeElement?.matches('input')) deny.focus();
}

function tick(id) {
  const request = requests.get(id);
  const left = Math.ceil((request.endsAt - Date.now()) / 1000);
  if (left <= 0) {
    finish(id, failed('expired', 'nobody answered in time'));
    return;
  }
  const words = request.running ? 'Being done' : 'Waits for you';
  request.card.querySelector('.left').textContent = `${words}; ${left} s left.`;
}

async function run(id) {
  const request = requests.get(id);
  request.running = true;
  for (const button of request.card.querySelectorAll('button')) button.disabled = true;
  device.progress(id, 'running');
  tick(id);
  let result;
  try {
    result = { success: true, data: await request.sense.answer(request.params, id) };
  } catch (problem) {
    const code = problem instanceof Failure ? problem.code : 'failed';
    result = failed(code, problem.message);
  }
  // It may be over meanwhile.
  if (requests.get(id) === request) finish(id, result);
}

function cancelled(id) {
  finish(id, failed('cancelled', 'the hub took it back'));
}

function finish(id, result) {
  drop(id);
  device?.answer(id, result);
}

function drop(id) {
  const request = requests.get(id);
  if (!request) return;
  for (const timer of request.timers) clearTimeout(timer);
  requests.delete(id);
  const held = request.card.contains(document.activeElement);
  request.card.remove();
  count();
  if (held) part('requests').querySelector('.deny')?.focus();
}

function count() {
  const many = requests.size;
  part('none').hidden = many > 0;
  part('waiting').textContent =
    many === 0 ? '' : `${many} ${many === 1 ? 'request waits' : 'requests wait'}`;
  document.title = `${many ? `(${many}) ` : ''}Device simulator · Chaperone`;
}

// --- what is said --------------------------------------------------------------------------------

/** Long texts shortened, for people. */
function shortened(name, value) {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value;
  return `${value.slice(0, LONGEST_TEXT / 2)}… (${value.length} characters)`;
}

function about(frame) {
  switch (frame.type) {
    case 'command':
      return frame.command;
    case 'progress':
      return frame.state;
    case 'result':
      return frame.success ? (frame.data.kind ?? 'done') : `${frame.code}: ${frame.error}`;
    case 'error':
      return frame.message ?? frame.error ?? '';
    default:
      return '';
  }
}

function log({ up, frame }) {
  const line = part('frame').content.cloneNode(true).firstElementChild;
  line.dataset.way = up ? 'up' : 'down';
  line.dataset.type = String(frame.type);
  line.dataset.beat = BEATS.includes(frame.type);
  line.querySelector('.way').textContent = up ? 'sent' : 'heard';
  line.querySelector('b').textContent = visible(frame.type);
  line.querySelector('.about').textContent = visible(about(frame) ?? '');
  line.querySelector('time').textContent = new Date().toLocaleTimeString();
  line.querySelector('pre').textContent = visible(JSON.stringify(frame, shortened, 2)).replaceAll(
    '\\u{a}',
    '\n',
  );
  if (frame.type === 'result' && frame.data?.base64_data) picture(line, frame.data);
  const frames = part('frames');
  const follows = frames.scrollHeight - frames.scrollTop - frames.clientHeight < 40;
  frames.append(line);
  while (frames.children.length > MOST_FRAMES) frames.firstElementChild.remove();
  part('silence').hidden = true;
  if (follows) frames.scrollTop = frames.scrollHeight;
}

/** What was sent, small, drawn rather than loaded: the page may load nothing. */
async function picture(line, { base64_data: url, width, height }) {
  const [, text] = url.split(',');
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = Math.round((320 * height) / width);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `The picture that was sent, ${width} × ${height} pixels`);
  line.append(canvas);
}

part('beats').addEventListener('change', ({ target }) => {
  part('frames').classList.toggle('without-beats', !target.checked);
});
part('clear').addEventListener('click', () => {
  part('frames').replaceChildren();
  part('silence').hidden = false;
});
// What was paired for this page ends with it, as far as a page that ends can say so.
addEventListener('pagehide', () => {
  if (device) end();
});
