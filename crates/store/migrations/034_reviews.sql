-- Look-ups that somebody else looks at, with what was stated and asked, and what was said of each. Rows are added.
CREATE TABLE look_up_review (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL REFERENCES user_account (id),
    why TEXT NOT NULL,
    act TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked TEXT NOT NULL,
    found INTEGER NOT NULL,
    at INTEGER NOT NULL,
    due INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX look_up_review_user ON look_up_review (user_id);
CREATE TABLE look_up_said (
    review BLOB NOT NULL REFERENCES look_up_review (id),
    sequence INTEGER NOT NULL,
    verdict TEXT,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (review, sequence)
) STRICT, WITHOUT ROWID;

-- How much is drawn by chance and how soon it has to be judged: the latest row holds.
CREATE TABLE review_share (
    sequence INTEGER NOT NULL PRIMARY KEY,
    per_thousand INTEGER NOT NULL,
    days INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Persons of whom every look-up is reviewed, by their name in the log; the latest row of a name holds, and one without a
-- mark takes it away.
CREATE TABLE review_mark (
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    record TEXT NOT NULL,
    mark TEXT,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (name, sequence)
) STRICT, WITHOUT ROWID;

-- Breaches of personal data: what was exposed (a dataset or an account) and when, since when it is known, and what was done.
CREATE TABLE incident (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    words TEXT NOT NULL,
    dataset_id BLOB,
    user_id BLOB,
    began INTEGER NOT NULL,
    until INTEGER NOT NULL,
    high_risk INTEGER NOT NULL,
    known INTEGER NOT NULL,
    by_user BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE incident_step (
    incident BLOB NOT NULL REFERENCES incident (id),
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (incident, sequence)
) STRICT, WITHOUT ROWID;
