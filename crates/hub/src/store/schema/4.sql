-- What agents did of their own accord while a person looked on, and what the person thought of it.
CREATE TABLE supervisions (
    command TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_name TEXT NOT NULL,
    device TEXT NOT NULL,
    action TEXT NOT NULL,
    -- The recording that it began, if it began one.
    recording TEXT,
    started_at INTEGER NOT NULL,
    interventions INTEGER NOT NULL,
    -- The last one.
    intervention TEXT CHECK (intervention IN ('pause', 'correct', 'terminate')),
    guidance TEXT,
    -- Whether its agent was paused here, and was not let go on since.
    paused INTEGER NOT NULL,
    -- When the command was over, once the books know no more of it.
    settled_at INTEGER,
    rated_at INTEGER,
    rating INTEGER,
    feedback TEXT
) STRICT;
CREATE INDEX supervisions_by_account ON supervisions (account, started_at);
