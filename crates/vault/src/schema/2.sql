-- What an entry of the record is about stands in its body, where the chain covers it. These
-- columns only read it there, so that no second copy can tell another story.
ALTER TABLE record ADD COLUMN second TEXT AS (substr(at, 1, 19)) VIRTUAL;
ALTER TABLE record ADD COLUMN connection TEXT
    AS (CASE WHEN json_valid(body) THEN CAST(body ->> '$.about.connection' AS TEXT) END) VIRTUAL;
ALTER TABLE record ADD COLUMN agent TEXT
    AS (CASE WHEN json_valid(body) THEN CAST(body ->> '$.about.agent' AS TEXT) END) VIRTUAL;
ALTER TABLE record ADD COLUMN capability TEXT
    AS (CASE WHEN json_valid(body) THEN CAST(body ->> '$.about.capability' AS TEXT) END) VIRTUAL;
ALTER TABLE record ADD COLUMN verdict TEXT
    AS (CASE WHEN json_valid(body) THEN CAST(body ->> '$.about.verdict' AS TEXT) END) VIRTUAL;
ALTER TABLE record ADD COLUMN text TEXT
    AS (CASE WHEN json_valid(body) THEN CAST(body ->> '$.about.text' AS TEXT) END) VIRTUAL;
CREATE INDEX record_second ON record (second);
CREATE INDEX record_kind ON record (kind);
CREATE INDEX record_connection ON record (connection) WHERE connection IS NOT NULL;
CREATE INDEX record_agent ON record (agent) WHERE agent IS NOT NULL;
CREATE INDEX record_capability ON record (capability) WHERE capability IS NOT NULL;
CREATE INDEX record_verdict ON record (verdict) WHERE verdict IS NOT NULL;
CREATE VIRTUAL TABLE record_text USING fts5(
    text, content = 'record', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO record_text (record_text) VALUES ('rebuild');

-- Commands that were taken out of the journal: their ids are still known, so that a hub that
-- repeats one does not have it run again.
CREATE TABLE past (
    number      INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE
) STRICT;
CREATE INDEX journal_delivered ON journal (substr(updated_at, 1, 19)) WHERE state = 'delivered';

CREATE TABLE artifact (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    -- The file's own key, wrapped. Without it the file is noise, and is to be removed.
    key        BLOB,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256     BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    command    INTEGER,
    thumbnail  BLOB
) STRICT;
CREATE INDEX artifact_expiry ON artifact (substr(expires_at, 1, 19));

CREATE TABLE rule (
    -- In the order the person made them.
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    version      INTEGER NOT NULL,
    document     TEXT NOT NULL,
    until_lock   INTEGER NOT NULL,
    created_at   TEXT NOT NULL,
    changed_at   TEXT NOT NULL,
    last_used_at TEXT,
    uses         INTEGER NOT NULL
) STRICT;

CREATE TABLE connection (
    id         TEXT PRIMARY KEY,
    version    INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    name       TEXT NOT NULL,
    dialect    TEXT NOT NULL,
    address    TEXT NOT NULL,
    device     TEXT NOT NULL,
    ceiling    TEXT NOT NULL,
    paused     INTEGER NOT NULL,
    settings   TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Which secrets of a connection may be in the secret store: their names, never their contents.
CREATE TABLE connection_secret (
    connection TEXT NOT NULL,
    name       TEXT NOT NULL,
    PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent (
    connection    TEXT NOT NULL,
    id            TEXT NOT NULL,
    name          TEXT NOT NULL,
    claim         TEXT NOT NULL,
    ceiling       TEXT,
    muted         INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at  TEXT NOT NULL,
    -- Grows each time the agent is seen, whatever the clock says.
    last_seen     INTEGER NOT NULL,
    PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_seen ON agent (connection, last_seen);
CREATE TABLE level_change (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    connection TEXT NOT NULL,
    agent      TEXT NOT NULL,
    what       TEXT NOT NULL,
    who        TEXT NOT NULL,
    at         TEXT NOT NULL,
    before     TEXT,
    after      TEXT
) STRICT;
CREATE INDEX level_change_agent ON level_change (connection, agent);

CREATE TABLE report (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    connection TEXT NOT NULL,
    at         TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX report_connection ON report (connection);

CREATE TABLE answer (
    connection       TEXT NOT NULL,
    -- Empty where the hub names nobody; no agent's id is.
    agent            TEXT NOT NULL,
    capability       TEXT NOT NULL,
    first_allowed_at TEXT,
    last_allowed_at  TEXT,
    last_denied_at   TEXT,
    -- The last yes, until a no or, where it was given so, a screen lock takes it away.
    standing_at      TEXT,
    until_lock       INTEGER NOT NULL,
    allowed          INTEGER NOT NULL,
    denied           INTEGER NOT NULL,
    -- What was said last, whatever the clock said.
    last_was_allowed INTEGER NOT NULL,
    PRIMARY KEY (connection, agent, capability)
) STRICT, WITHOUT ROWID;
-- When they last said yes was not kept before; that it still stands is not known either.
INSERT INTO answer
    SELECT connection, agent, capability, since_at, since_at, NULL, NULL, 0, 1, 0, 1
    FROM acquaintance;
DROP TABLE acquaintance;
