-- On what law special categories of personal facts are set aside for a dataset, in words; empty: none of them is kept.
ALTER TABLE agreement ADD COLUMN special TEXT NOT NULL DEFAULT '';

-- Values of special categories: property and value under the key `seal`, beside the record of whom they speak. They are in no
-- index, no statement and no release; what a source no longer says is taken away.
CREATE TABLE special_value (
    id BLOB NOT NULL PRIMARY KEY,
    dataset INTEGER NOT NULL REFERENCES dataset (number),
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    mapped BLOB REFERENCES mapped_table (id)
) STRICT;
CREATE INDEX special_value_key ON special_value (dataset, key);
CREATE INDEX special_value_mapped ON special_value (mapped) WHERE mapped IS NOT NULL;

-- Passages of documents that a person tagged: their words are under the key `seal`, and blanks in the text of the page.
CREATE TABLE special_passage (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    page INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    length INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX special_passage_page ON special_passage (evidence, part, page);

-- That one of them bears on the conduct of a suspect, on a certain basis: asked for by one person, decided on by another.
CREATE TABLE special_tie (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    special BLOB NOT NULL,
    subject BLOB NOT NULL,
    suspicion BLOB NOT NULL REFERENCES suspicion (id),
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX special_tie_case ON special_tie (case_id, sequence);
CREATE TABLE special_ruling (
    tie BLOB NOT NULL PRIMARY KEY REFERENCES special_tie (id),
    sequence INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- That a dataset, or an item of evidence, was obtained unlawfully, and that somebody else found that it was not. `release`
-- is the one by which a case's own dataset took back what it said because of the item.
CREATE TABLE unlawful (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    dataset INTEGER REFERENCES dataset (number),
    evidence BLOB REFERENCES evidence (id),
    release INTEGER REFERENCES release (number),
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX unlawful_release ON unlawful (release) WHERE release IS NOT NULL;
CREATE INDEX unlawful_dataset ON unlawful (dataset) WHERE dataset IS NOT NULL;
CREATE INDEX unlawful_evidence ON unlawful (evidence) WHERE evidence IS NOT NULL;
CREATE TABLE unlawful_end (
    unlawful BLOB NOT NULL PRIMARY KEY REFERENCES unlawful (id),
    sequence INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is unlawful now.
CREATE VIEW barred_dataset AS SELECT u.dataset AS dataset FROM unlawful u
    WHERE u.dataset IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unlawful_end e WHERE e.unlawful = u.id);
CREATE VIEW barred_evidence AS SELECT u.evidence AS evidence FROM unlawful u
    WHERE u.evidence IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unlawful_end e WHERE e.unlawful = u.id);
CREATE VIEW barred_statement AS SELECT e.record AS record, e.statement AS statement
    FROM statement_end e JOIN unlawful u ON u.release = e.release
    WHERE NOT EXISTS (SELECT 1 FROM unlawful_end x WHERE x.unlawful = u.id);
-- The items of evidence that may be read: everything that reads their text, tables and mentions reads them from here.
CREATE VIEW open_evidence AS SELECT e.* FROM evidence e
    WHERE NOT EXISTS (SELECT 1 FROM barred_evidence b WHERE b.evidence = e.id);
-- The versions of notes that rest on it: by a statement of a barred dataset, by one that a case's own dataset took back, or by
-- a passage of a barred item.
CREATE VIEW barred_note AS SELECT n.case_id AS case_id, n.id AS note, n.sequence AS sequence FROM note n
    WHERE EXISTS (SELECT 1 FROM reliance q JOIN record r ON r.number = q.record
            WHERE q.case_id = n.case_id AND q.note = n.id AND q.sequence <= n.sequence
                AND (q.ended IS NULL OR q.ended > n.sequence)
                AND (EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = r.dataset)
                    OR EXISTS (SELECT 1 FROM barred_statement s WHERE s.record = q.record AND s.statement = q.statement)))
        OR EXISTS (SELECT 1 FROM note_passage c JOIN passage p ON p.id = c.passage
            JOIN barred_evidence b ON b.evidence = p.evidence
            WHERE c.case_id = n.case_id AND c.note = n.id AND c.sequence <= n.sequence
                AND (c.ended IS NULL OR c.ended > n.sequence));

ALTER TABLE alert ADD COLUMN unlawful BLOB;
CREATE UNIQUE INDEX alert_unlawful ON alert (case_id, unlawful);
