CREATE TABLE journal (
    -- Never given out twice, even after the newest entries are removed.
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT NOT NULL,
    id          TEXT NOT NULL,
    state       TEXT NOT NULL,
    request     TEXT NOT NULL,
    judgement   TEXT,
    digest      TEXT,
    outcome     TEXT,
    received_at TEXT NOT NULL,
    deadline_at TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    UNIQUE (connection, id)
) STRICT;
-- Few at any time, looked up at every start and reconnect.
CREATE INDEX journal_open ON journal (number) WHERE state <> 'delivered';

CREATE TABLE record (
    seq      INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
CREATE TABLE seal (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    key       BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE acquaintance (
    connection TEXT NOT NULL,
    -- Empty where the hub names nobody; no agent's id is.
    agent      TEXT NOT NULL,
    capability TEXT NOT NULL,
    since_at   TEXT NOT NULL,
    PRIMARY KEY (connection, agent, capability)
) STRICT, WITHOUT ROWID;
