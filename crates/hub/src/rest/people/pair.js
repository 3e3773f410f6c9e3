// Lets a device in: sign in, compare, answer. The token lives in this page's memory and ends with it.

const part = (id) => document.getElementById(id);
const steps = ['sign-in', 'enter', 'confirm', 'end'];
let token = null;
let code = decodeURIComponent(location.hash.slice(1));

function show(step) {
  for (const id of steps) part(id).hidden = id !== step;
  part('problem').hidden = true;
  part(step).querySelector('input:not([hidden]), button')?.focus();
}

function complain(problem) {
  part('problem').textContent = problem;
  part('problem').hidden = false;
}

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Error('The hub does not answer. Is it running?');
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail ?? `The hub answered with ${answer.status}.`);
  return said;
}

/** Runs what a button or a form does, once at a time, and says what went wrong. */
function doing(element, event, act) {
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    const buttons = [...document.querySelectorAll('button')];
    for (const button of buttons) button.disabled = true;
    try {
      await act(new FormData(element instanceof HTMLFormElement ? element : undefined));
    } catch (problem) {
      complain(problem.message);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

async function look() {
  const found = await ask('GET', `/api/pairing/${encodeURIComponent(code)}`);
  code = found.user_code;
  part('name').textContent = found.device_name;
  part('code').textContent = found.user_code;
  part('fingerprint').textContent = found.fingerprint ?? 'This device shows none.';
  const former = found.replaces;
  part('replaces').hidden = !former;
  part('former').textContent = former?.device_name ?? '';
  part('former-key').textContent = former?.fingerprint
    ? ` with the fingerprint ${former.fingerprint}`
    : '';
  show('confirm');
  part('deny').focus();
}

async function answer(allow) {
  await ask('POST', `/api/pairing/${encodeURIComponent(code)}`, { allow });
  await ask('POST', '/api/auth/logout').catch(() => {});
  token = null;
  part('end').textContent = allow
    ? 'The device is paired. You can close this page.'
    : 'The device was not let in. You can close this page.';
  show('end');
}

doing(part('sign-in'), 'submit', async (form) => {
  const said = await ask('POST', '/api/auth/login', {
    username: form.get('username'),
    password: form.get('password'),
    totp_code: form.get('totp_code') || null,
    device_name: 'pairing a device',
  });
  if (said.two_factor_required) {
    part('second').hidden = false;
    part('second').querySelector('input').focus();
    return;
  }
  token = said.access_token;
  history.replaceState(null, '', location.pathname);
  if (!code) return show('enter');
  show('enter');
  part('enter').elements.code.value = code;
  await look();
});
doing(part('enter'), 'submit', async (form) => {
  code = form.get('code');
  await look();
});
doing(part('allow'), 'click', () => answer(true));
doing(part('deny'), 'click', () => answer(false));
show('sign-in');
