-- Which of a case's own records a mention speaks of. The record's key is a digest; the words stay with the mention.
CREATE TABLE mention_record (
    mention BLOB NOT NULL PRIMARY KEY REFERENCES mention (id),
    key TEXT NOT NULL,
    schema TEXT NOT NULL,
    property TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_record_key ON mention_record (key);
