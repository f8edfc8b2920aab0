-- Tips from outside and what became of them. Rows are only added; the words of a tip that became no case are blanked when its
-- time is over.
CREATE TABLE tip (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    words TEXT NOT NULL,
    contact TEXT NOT NULL,
    by_user BLOB,
    at INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX tip_ended ON tip (ended, id);
CREATE TABLE tip_step (
    tip BLOB NOT NULL REFERENCES tip (id),
    sequence INTEGER NOT NULL,
    step TEXT NOT NULL,
    words TEXT NOT NULL,
    to_user BLOB,
    case_id BLOB,
    by_user BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (tip, sequence)
) STRICT, WITHOUT ROWID;
