-- What was said of a pair on which something rests is told to the cases concerned.
ALTER TABLE alert ADD COLUMN judgement BLOB;
CREATE UNIQUE INDEX alert_judgement ON alert (case_id, judgement);

-- Whether the matcher may work. Rows are added; the newest counts, and none means that it may.
CREATE TABLE matching_switch (
    sequence INTEGER NOT NULL PRIMARY KEY,
    running INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
