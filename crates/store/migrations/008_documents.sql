-- What was read out of items of evidence. Derived: it can be made again from the bytes, and goes when the item is erased.
CREATE TABLE reading (
    evidence BLOB NOT NULL PRIMARY KEY REFERENCES evidence (id),
    tries INTEGER NOT NULL,
    again INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    accounts TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER NOT NULL PRIMARY KEY,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX page_place ON page (evidence, part, number);
CREATE VIRTUAL TABLE page_text USING fts5 (
    body, content = 'page', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO page_text (page_text, rank) VALUES ('secure-delete', 1);
