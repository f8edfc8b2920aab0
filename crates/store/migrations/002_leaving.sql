-- The ledger of what left a case, to whom. A line is written before the first byte of what it accounts for.
CREATE TABLE disclosure (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    address TEXT NOT NULL,
    purpose TEXT NOT NULL,
    authority TEXT NOT NULL,
    nature TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX disclosure_case ON disclosure (case_id, sequence);
CREATE TABLE disclosure_item (
    disclosure BLOB NOT NULL REFERENCES disclosure (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    item BLOB NOT NULL,
    portion TEXT NOT NULL,
    PRIMARY KEY (disclosure, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX disclosure_item_item ON disclosure_item (item);

-- Items of evidence whose cells and bytes have been taken away. Their rows keep id, hash, size and type.
CREATE TABLE evidence_erasure (
    evidence BLOB NOT NULL PRIMARY KEY REFERENCES evidence (id),
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
