-- The work of a case: tasks with what became of them, hypotheses with what people say of each thing, and look-ups that found
-- nothing. Rows are only added.
CREATE TABLE task (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    parent BLOB,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    assignee BLOB,
    due TEXT,
    four_eyes INTEGER NOT NULL,
    mandatory INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX task_case ON task (case_id, sequence);
CREATE TABLE task_step (
    task BLOB NOT NULL REFERENCES task (id),
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    step TEXT NOT NULL,
    words TEXT NOT NULL,
    assignee BLOB,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (task, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_step_case ON task_step (case_id, sequence);

CREATE TABLE hypothesis (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX hypothesis_case ON hypothesis (case_id, sequence);
CREATE TABLE weighing (
    hypothesis BLOB NOT NULL REFERENCES hypothesis (id),
    kind TEXT NOT NULL,
    about BLOB NOT NULL,
    by_user BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    weight TEXT NOT NULL,
    words TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (hypothesis, kind, about, by_user, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX weighing_case ON weighing (case_id, sequence);

-- What was asked and not found, in which datasets as they stood then.
CREATE TABLE no_hit (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    asked TEXT NOT NULL,
    datasets TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, sequence, user_id)
) STRICT, WITHOUT ROWID;
