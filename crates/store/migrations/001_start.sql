-- People and their sessions.
CREATE TABLE user_account (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    service INTEGER NOT NULL,
    created INTEGER NOT NULL,
    password TEXT NOT NULL,
    sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE user_standing (
    user_id BLOB NOT NULL REFERENCES user_account (id),
    sequence INTEGER NOT NULL,
    roles TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    PRIMARY KEY (user_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES user_account (id),
    csrf TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX session_user ON session (user_id);

-- Sources. Bulk tables point at datasets, releases and records by number; the sixteen-byte ids are what the world sees.
CREATE TABLE dataset (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    created INTEGER NOT NULL,
    sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE agreement (
    dataset INTEGER NOT NULL REFERENCES dataset (number),
    sequence INTEGER NOT NULL,
    purposes TEXT NOT NULL,
    authority TEXT NOT NULL,
    matching INTEGER NOT NULL,
    standing_rules INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    terms TEXT NOT NULL,
    PRIMARY KEY (dataset, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE release (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    dataset INTEGER NOT NULL REFERENCES dataset (number),
    label TEXT NOT NULL,
    extent TEXT NOT NULL,
    state TEXT NOT NULL,
    received INTEGER NOT NULL,
    cause TEXT NOT NULL,
    input_sha256 TEXT NOT NULL,
    mapping_sha256 TEXT NOT NULL,
    base INTEGER REFERENCES release (number),
    published INTEGER,
    sequence INTEGER,
    held TEXT,
    swept INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    altered INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    present INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX release_dataset ON release (dataset, sequence);
CREATE INDEX release_sequence ON release (sequence);
CREATE INDEX release_input ON release (dataset, input_sha256);
CREATE TABLE release_file (
    release INTEGER NOT NULL REFERENCES release (number),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kept_sha256 TEXT NOT NULL,
    PRIMARY KEY (release, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_file_kept ON release_file (kept_sha256);
CREATE TABLE receipt (
    release INTEGER NOT NULL PRIMARY KEY REFERENCES release (number),
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    verifier TEXT NOT NULL
) STRICT;
CREATE TABLE refused_row (
    release INTEGER NOT NULL REFERENCES release (number),
    position INTEGER NOT NULL,
    file TEXT NOT NULL,
    place_row INTEGER NOT NULL,
    field TEXT,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (release, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE dropped_value (
    release INTEGER NOT NULL REFERENCES release (number),
    position INTEGER NOT NULL,
    place_file INTEGER NOT NULL,
    place_row INTEGER NOT NULL,
    key TEXT NOT NULL,
    property TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (release, position)
) STRICT, WITHOUT ROWID;

-- What the sources say.
CREATE TABLE record (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    dataset INTEGER NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (dataset, key)
) STRICT;
CREATE TABLE record_version (
    record INTEGER NOT NULL,
    release INTEGER NOT NULL,
    schema TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    present INTEGER NOT NULL,
    place_file INTEGER NOT NULL,
    place_row INTEGER NOT NULL,
    PRIMARY KEY (record, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_version_release ON record_version (release, record);
CREATE TABLE statement (
    record INTEGER NOT NULL,
    id BLOB NOT NULL,
    began INTEGER NOT NULL,
    property TEXT NOT NULL,
    value TEXT NOT NULL,
    original TEXT,
    language TEXT,
    erased INTEGER NOT NULL,
    PRIMARY KEY (record, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX statement_id ON statement (id);
CREATE TABLE statement_end (
    record INTEGER NOT NULL,
    statement BLOB NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (record, statement, release)
) STRICT, WITHOUT ROWID;
CREATE TABLE reference (
    dataset INTEGER NOT NULL,
    target TEXT NOT NULL,
    record INTEGER NOT NULL,
    statement BLOB NOT NULL,
    PRIMARY KEY (dataset, target, record, statement)
) STRICT, WITHOUT ROWID;
CREATE TABLE change (
    release INTEGER NOT NULL,
    id BLOB NOT NULL,
    record INTEGER NOT NULL,
    property TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    values_before TEXT,
    values_after TEXT,
    ended TEXT,
    PRIMARY KEY (release, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_record ON change (record, property);

-- Who is the same as whom: the machine's views, and what persons judged.
CREATE TABLE proposal (
    low BLOB NOT NULL,
    high BLOB NOT NULL,
    id BLOB NOT NULL UNIQUE,
    probability REAL NOT NULL,
    weight REAL NOT NULL,
    run TEXT NOT NULL,
    began INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (low, high)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_high ON proposal (high);
CREATE INDEX proposal_probability ON proposal (ended, probability);
CREATE TABLE judgement (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    low BLOB NOT NULL,
    high BLOB NOT NULL,
    verdict TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reach_case BLOB,
    made_in BLOB NOT NULL,
    probability REAL
) STRICT;
CREATE INDEX judgement_sequence ON judgement (sequence);
CREATE INDEX judgement_low ON judgement (low);
CREATE INDEX judgement_high ON judgement (high);

-- Case files.
CREATE TABLE case_file (
    id BLOB NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    predicate TEXT NOT NULL,
    purpose TEXT,
    legal_basis TEXT,
    kinds TEXT NOT NULL,
    opened_by BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    stage_now TEXT NOT NULL
) STRICT;
CREATE INDEX case_file_stage ON case_file (stage_now, id);
CREATE TABLE case_dataset (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    position INTEGER NOT NULL,
    dataset BLOB NOT NULL,
    PRIMARY KEY (case_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_stage (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    stage TEXT NOT NULL,
    by_user BLOB,
    at INTEGER,
    words TEXT,
    PRIMARY KEY (case_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_member (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    membership TEXT,
    PRIMARY KEY (case_id, user_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_member_user ON case_member (user_id, case_id);
CREATE TABLE membership_request (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    words TEXT NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (case_id, user_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE subject (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    record BLOB NOT NULL,
    role TEXT NOT NULL,
    basis TEXT,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_record ON subject (record);
CREATE TABLE note (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE reliance (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    note BLOB NOT NULL,
    statement BLOB NOT NULL,
    record INTEGER NOT NULL REFERENCES record (number),
    property TEXT NOT NULL,
    since INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX reliance_record ON reliance (record, property);
CREATE INDEX reliance_note ON reliance (case_id, note);
CREATE TABLE alert (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    change BLOB,
    release INTEGER REFERENCES release (number),
    proposal BLOB,
    subject BLOB,
    other BLOB,
    probability REAL,
    raised INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    seen_by BLOB,
    seen_at INTEGER
) STRICT;
CREATE UNIQUE INDEX alert_change ON alert (case_id, change);
CREATE UNIQUE INDEX alert_proposal ON alert (case_id, proposal);
CREATE INDEX alert_raised ON alert (case_id, sequence);
CREATE INDEX alert_unseen ON alert (case_id, seen_at);
CREATE TABLE alert_hit (
    alert BLOB NOT NULL REFERENCES alert (id),
    reliance BLOB NOT NULL REFERENCES reliance (id),
    PRIMARY KEY (alert, reliance)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    source TEXT NOT NULL,
    collector TEXT NOT NULL,
    collected TEXT NOT NULL,
    place TEXT NOT NULL,
    tool TEXT NOT NULL,
    authority TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id, sequence);
CREATE INDEX evidence_sha256 ON evidence (sha256);
CREATE TABLE custody (
    evidence BLOB NOT NULL REFERENCES evidence (id),
    position INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    act TEXT NOT NULL,
    from_whom TEXT NOT NULL,
    to_whom TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    PRIMARY KEY (evidence, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE last_reason (
    user_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    line TEXT NOT NULL,
    settles TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id)
) STRICT, WITHOUT ROWID;

-- The log. `body` is what the log directory holds, byte for byte.
CREATE TABLE log_entry (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor BLOB NOT NULL,
    case_id BLOB,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX log_entry_at ON log_entry (at);
CREATE INDEX log_entry_actor ON log_entry (actor);
CREATE INDEX log_entry_case ON log_entry (case_id);
CREATE INDEX log_entry_kind ON log_entry (kind);
CREATE TABLE opening (
    entry INTEGER NOT NULL REFERENCES log_entry (number),
    position INTEGER NOT NULL,
    commitment TEXT NOT NULL,
    salt BLOB NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;

-- How far derived stores have come.
CREATE TABLE watermark (
    name TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
