-- Who holds an item from an act of custody on, and where; an alert that its bytes are not those that were filed; and the
-- keys under which items were sent, so that what is sent again is there once.
ALTER TABLE custody ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE custody ADD COLUMN holder BLOB;
ALTER TABLE alert ADD COLUMN evidence BLOB;
CREATE UNIQUE INDEX alert_evidence ON alert (case_id, evidence);
CREATE TABLE evidence_key (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    by_user BLOB NOT NULL,
    key TEXT NOT NULL,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    told TEXT NOT NULL,
    PRIMARY KEY (case_id, by_user, key)
) STRICT, WITHOUT ROWID;
