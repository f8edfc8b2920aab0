-- The index of the text of documents anew: every word carries the sign of its case, so that a question meets no posting of
-- another case, and nothing but words is ranked. Beside it the words of each case, for looking up those that are alike.
-- Derived: all is read again.
DROP TABLE page_word;
DROP TABLE page_text;
DELETE FROM page_box;
DELETE FROM page;
DELETE FROM reading;
ALTER TABLE page DROP COLUMN scope;
CREATE VIRTUAL TABLE page_text USING fts5 (
    body, folded, content = '', tokenize = 'unicode61 remove_diacritics 2', prefix = '28 29'
);
INSERT INTO page_text (page_text, rank) VALUES ('secure-delete', 1);
CREATE TABLE page_word (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    letters INTEGER NOT NULL,
    word TEXT NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (case_id, letters, word)
) STRICT, WITHOUT ROWID;
