// How this page becomes a device: a person signs in, lets it in, and is signed out again. What
// remains is a token for this device alone, bound to a key that never leaves the browser.

const CLIENT = 'chaperone-simulator';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** A second factor is wanted too. */
export class SecondFactor extends Error {}

/** The hub goes by another key, or does not renew: only pairing again helps. */
export class Ended extends Error {}

async function send(path, { token, json, form, keepalive = false }) {
  let answer;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: {
        ...(json && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      keepalive,
      body: form ? new URLSearchParams(form) : json && JSON.stringify(json),
    });
  } catch {
    throw new Error('The hub does not answer. Is it running?');
  }
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, said };
}

function meant({ ok, status, said }) {
  if (ok) return said;
  throw new Error(
    said.detail ?? said.error_description ?? said.error ?? `The hub answered with ${status}.`,
  );
}

function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The device's Ed25519 key, where this browser makes such keys for this page. */
class Key {
  #pair;
  publicText;

  static async made() {
    try {
      const key = new Key();
      key.#pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
      key.publicText = base64url(await crypto.subtle.exportKey('raw', key.#pair.publicKey));
      return key;
    } catch {
      // An older browser, or a page that is not encrypted: it is paired without.
      return null;
    }
  }

  /** Signs what is chosen for a purpose, for this hub, device and credential and nothing else. */
  async prove(purpose, device, credential, chosen = '') {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(credential));
    const lines = [
      'chaperone device key v1',
      purpose,
      location.host,
      device,
      base64url(hash),
      chosen,
    ];
    const text = new TextEncoder().encode(lines.join('\n'));
    return base64url(await crypto.subtle.sign('Ed25519', this.#pair.privateKey, text));
  }
}

/** What lets this device in: a token that was pasted, or one that is had by pairing and renewed. */
export class Credential {
  #access;
  #refresh = null;
  #endsAt = Infinity;
  #key = null;
  device;

  /** A token from elsewhere, as it is. */
  static pasted(device, token) {
    const made = new Credential();
    made.#access = token;
    made.device = device;
    return made;
  }

  /** Signs somebody in, pairs this device in their name, and signs them out. */
  static async paired({ device, name, username, password, code }) {
    const login = { username, password, totp_code: code || null, device_name: 'a browser device' };
    const signedIn = meant(await send('/api/auth/login', { json: login }));
    if (signedIn.two_factor_required)
      throw new SecondFactor('Type the code of your second factor.');
    const person = signedIn.access_token;
    try {
      return await Credential.#letIn(person, device, name);
    } finally {
      await send('/api/auth/logout', { token: person }).catch(() => {});
    }
  }

  static async #letIn(person, device, name) {
    const made = new Credential();
    made.#key = await Key.made();
    const form = { client_id: CLIENT, device_id: device, device_name: name };
    if (made.#key) form.device_public_key = made.#key.publicText;
    const grant = meant(await send('/oauth/device_authorization', { form }));
    const path = `/api/pairing/${encodeURIComponent(grant.user_code)}`;
    meant(await send(path, { token: person, json: { allow: true } }));
    const given = meant(
      await send('/oauth/token', {
        form: {
          grant_type: DEVICE_CODE,
          client_id: CLIENT,
          device_code: grant.device_code,
          ...(made.#key && {
            device_signature: await made.#key.prove(
              'pairing',
              device,
              grant.device_code,
              grant.user_code,
            ),
          }),
        },
      }),
    );
    made.device = given.device_id;
    made.#take(given);
    return made;
  }

  #take(given) {
    this.#access = given.access_token;
    this.#refresh = given.refresh_token;
    this.#endsAt = Date.now() + given.expires_in * 1000;
  }

  get publicKey() {
    return this.#key?.publicText;
  }

  /** The token to show now, renewed first if it is about to end. */
  async token() {
    const MINUTE = 60_000;
    if (this.#refresh && this.#endsAt - Date.now() < MINUTE) await this.#renew();
    return this.#access;
  }

  async #renew() {
    const form = { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: this.#refresh };
    if (this.#key)
      form.device_signature = await this.#key.prove('renewal', this.device, this.#refresh);
    const answer = await send('/oauth/token', { form });
    if (answer.status === 400) throw new Ended('The hub has ended this pairing. Connect again.');
    this.#take(meant(answer));
  }

  /** The answer to the hub's challenge on a connection that was opened with this token. */
  async prove(token, nonce) {
    return this.#key?.prove('connection', this.device, token, nonce);
  }

  /** Gives the token back, so that nothing of it is left. */
  async giveBack() {
    if (!this.#refresh) return;
    const form = { token: this.#refresh, token_type_hint: 'refresh_token', client_id: CLIENT };
    this.#refresh = null;
    // The page may be about to go.
    await send('/oauth/revoke', { form, keepalive: true }).catch(() => {});
  }
}
