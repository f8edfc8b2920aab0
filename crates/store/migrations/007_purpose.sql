-- What was looked up in which case, by whom: names as they stand in the log.
CREATE TABLE looked_up (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    name TEXT NOT NULL,
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (case_id, name, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX looked_up_user ON looked_up (user_id, name);

-- Decisions that what was found for one purpose may be used for another, and what came into a case by them.
CREATE TABLE purpose_decision (
    id BLOB NOT NULL PRIMARY KEY,
    from_case BLOB NOT NULL REFERENCES case_file (id),
    from_purpose TEXT NOT NULL,
    to_case BLOB NOT NULL REFERENCES case_file (id),
    to_purpose TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    signed TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX purpose_decision_cases ON purpose_decision (to_case, from_case);
CREATE TABLE brought (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    record BLOB NOT NULL,
    decision BLOB NOT NULL REFERENCES purpose_decision (id),
    sequence INTEGER NOT NULL,
    PRIMARY KEY (case_id, record, decision)
) STRICT, WITHOUT ROWID;

-- How many look-ups somebody made in a case on a day, and by how many a supervisor raised what they may make.
CREATE TABLE look_up_count (
    user_id BLOB NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    day INTEGER NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE budget_raise (
    user_id BLOB NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    day INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    extra INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id, day, sequence)
) STRICT, WITHOUT ROWID;

-- What members say of their interests in a case: none, or a conflict, after which they are out of it. Rows are only added.
CREATE TABLE interest (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    conflict INTEGER NOT NULL,
    subject BLOB,
    words TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, user_id, sequence)
) STRICT, WITHOUT ROWID;
