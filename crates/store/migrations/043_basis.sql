-- Grounds on which a case was put again, and what stopped by itself because the former had gone: whose it was, why, and
-- what its owner made of it.
CREATE TABLE case_basis (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    basis TEXT NOT NULL,
    words TEXT NOT NULL,
    expires INTEGER NOT NULL,
    former TEXT,
    former_expires INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE stopped (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    user_id BLOB NOT NULL REFERENCES user_account (id),
    case_id BLOB NOT NULL REFERENCES case_file (id),
    kind TEXT NOT NULL,
    thing BLOB NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    settled INTEGER,
    outcome TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX stopped_user ON stopped (user_id, at);
CREATE INDEX stopped_thing ON stopped (thing, case_id);
CREATE INDEX api_token_case ON api_token (case_id);

-- Since when the ground of a case has gone: it was closed, or its time ran out. A new basis alone takes this back.
ALTER TABLE case_file ADD COLUMN basis_lost INTEGER;
UPDATE case_file SET basis_lost = ended_at WHERE stage_now = 'closed';
CREATE INDEX case_file_running_out ON case_file (expires) WHERE basis_lost IS NULL AND stage_now = 'open';
