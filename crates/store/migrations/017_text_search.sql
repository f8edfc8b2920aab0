-- Search in the text of documents: a second spelling of each page (one script, no marks, pairs of ideographs), and the case
-- as a word of its own, so that a question never leaves its case. Derived: all is read again.
DROP TABLE page_text;
DELETE FROM page;
DELETE FROM reading;
ALTER TABLE page ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE page ADD COLUMN scope TEXT NOT NULL DEFAULT '';
CREATE VIRTUAL TABLE page_text USING fts5 (
    body, folded, scope, content = 'page', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
INSERT INTO page_text (page_text, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE page_word USING fts5vocab (page_text, row);
ALTER TABLE reading ADD COLUMN partly INTEGER NOT NULL DEFAULT 0;
CREATE TABLE reading_setting (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    recognise INTEGER NOT NULL,
    languages TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, sequence)
) STRICT, WITHOUT ROWID;
