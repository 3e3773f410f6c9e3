CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    -- None for the person at an embedded hub, who signs in by being there.
    email TEXT UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    -- Argon2id, in the form that names its own parameters.
    password TEXT,
    -- The secret of the second factor, sealed with the hub's key; its last step, so that none is
    -- taken twice.
    second_factor BLOB,
    second_factor_step INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;

-- Who signed in where. A device's stands for as long as it is paired.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'device')),
    label TEXT NOT NULL,
    -- The device that it belongs to.
    holder TEXT,
    -- What the person compared of the device's key, in hexadecimal: the key it proves must fit.
    fingerprint TEXT,
    refresh_hash BLOB UNIQUE,
    -- The refresh token before this one: whoever shows it again has a copy.
    previous_hash BLOB,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_holder ON sessions (holder);
CREATE INDEX sessions_by_previous ON sessions (previous_hash);

-- Devices that ask to be let in, until a person says so on a page of the hub.
CREATE TABLE applications (
    device_code_hash BLOB PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    -- The id by which the device wants to be known; none: the hub gives it one.
    device TEXT,
    name TEXT NOT NULL,
    fingerprint TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'allowed', 'denied', 'used')),
    account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    polled_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    maturity TEXT NOT NULL,
    -- In thousandths; the maturity follows from it where it is known.
    confidence INTEGER,
    commands_per_minute INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'deleted')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX agents_by_account ON agents (account);

CREATE TABLE agent_keys (
    id TEXT PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX agent_keys_by_agent ON agent_keys (agent);

-- Every change of a level, with who and why.
CREATE TABLE agent_levels (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    was TEXT,
    becomes TEXT NOT NULL,
    confidence INTEGER,
    changed_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX agent_levels_by_agent ON agent_levels (agent, number);

CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    dialect TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    platform TEXT NOT NULL,
    platform_version TEXT NOT NULL,
    architecture TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    more TEXT NOT NULL,
    -- The Ed25519 key that it proves at each connect, once it was paired with one.
    public_key BLOB,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_account ON devices (account);

CREATE TABLE device_groups (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (account, name)
) STRICT;
CREATE TABLE group_members (
    device_group TEXT NOT NULL REFERENCES device_groups (id) ON DELETE CASCADE,
    device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    PRIMARY KEY (device_group, device)
) STRICT;

CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    -- None: the person themself.
    agent TEXT,
    maturity TEXT NOT NULL,
    -- The device on which the agent runs that asked another, where one did.
    from_device TEXT,
    action TEXT NOT NULL,
    params TEXT NOT NULL,
    -- queued: for a device that is away. waiting: somebody waits for it. unanswered: nobody does
    -- any more. settled: its outcome stands.
    state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'unanswered', 'settled')),
    outcome TEXT,
    -- The caller's own key for it, unique for that caller.
    idempotency_key TEXT,
    -- What was asked under that key, so that another wish under the same one is noticed.
    idempotency_digest BLOB,
    batch TEXT,
    created_at INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX commands_open ON commands (device) WHERE state <> 'settled';
CREATE UNIQUE INDEX commands_by_key ON commands (account, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX commands_by_batch ON commands (batch) WHERE batch IS NOT NULL;
CREATE INDEX commands_by_age ON commands (created_at);
CREATE INDEX commands_by_device ON commands (device, created_at);

-- Recordings that run on devices.
CREATE TABLE recordings (
    session_id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    agent TEXT,
    configuration TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'closed', 'failed')),
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX recordings_active ON recordings (account) WHERE status = 'active';

-- The record of the hub: a chain, as that of a device. What it is looked up by stands beside.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    account TEXT,
    device TEXT,
    agent TEXT
) STRICT;
CREATE INDEX audit_by_device ON audit (device, seq);
CREATE INDEX audit_by_account ON audit (account, seq);
CREATE INDEX audit_by_agent ON audit (agent, seq);

-- Where the chain stood, signed by the hub, so that a tail cut off is noticed.
CREATE TABLE audit_seal (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    agent TEXT NOT NULL,
    device TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    result TEXT,
    decided_by TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;
CREATE INDEX proposals_by_account ON proposals (account, created_at);

-- Runs of an agent through a device, on the wires that have them.
CREATE TABLE agent_runs (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    -- None until it begins.
    device TEXT,
    agent TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('due', 'running', 'success', 'error')),
    parameters TEXT NOT NULL,
    errors TEXT NOT NULL,
    items INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX agent_runs_open ON agent_runs (account) WHERE status IN ('due', 'running');

-- Files on their way; their bytes are elsewhere, under the id.
CREATE TABLE artifacts (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device TEXT,
    agent TEXT,
    command TEXT,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    -- What the bytes must be, or once it is complete are; empty where that is not known yet.
    sha256 BLOB NOT NULL,
    received INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX artifacts_by_account ON artifacts (account, created_at);
CREATE INDEX artifacts_by_end ON artifacts (expires_at);

CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    -- Sealed with the hub's key: it must be read to sign with.
    secret BLOB NOT NULL,
    events TEXT NOT NULL,
    -- Attempts in a row that failed.
    failures INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    disabled_because TEXT
) STRICT;
CREATE INDEX webhooks_by_account ON webhooks (account);

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    -- When it is tried next; none: it is not any more.
    next_at INTEGER,
    delivered_at INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_by_webhook ON deliveries (webhook, created_at);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;

-- What a device of a wire with pulled commands has in flight, and other state of a hub that must
-- outlive it, by name.
CREATE TABLE memory (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
