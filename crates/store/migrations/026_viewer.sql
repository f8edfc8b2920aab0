-- Where the words of a page stand, and how many pages a file has. Derived: what was read before is read once more.
CREATE TABLE page_box (
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    number INTEGER NOT NULL,
    boxes TEXT NOT NULL,
    PRIMARY KEY (evidence, part, number)
) STRICT, WITHOUT ROWID;
ALTER TABLE document ADD COLUMN pages INTEGER NOT NULL DEFAULT 0;
UPDATE reading SET again = 1, tries = 0;
