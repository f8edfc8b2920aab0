-- Which accounts are one person's, and who takes whose place from when until when. Rows are added; of accounts the newest
-- row counts, and a deputy's time is over when a later row for the same two says so.
CREATE TABLE user_person (
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (user_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE deputy (
    user_id BLOB NOT NULL,
    deputy BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    PRIMARY KEY (user_id, deputy, sequence)
) STRICT, WITHOUT ROWID;

-- The unit of a case is that of whoever wrote it down; empty for the whole body.
ALTER TABLE case_file ADD COLUMN unit TEXT NOT NULL DEFAULT '';
