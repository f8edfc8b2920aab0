-- Packs by which somebody certifies exhibits, each a line of the ledger of disclosures, and the notices of them that were served.
CREATE TABLE certification (
    id BLOB NOT NULL PRIMARY KEY REFERENCES disclosure (id),
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX certification_case ON certification (case_id);
CREATE TABLE certification_item (
    certification BLOB NOT NULL REFERENCES certification (id),
    position INTEGER NOT NULL,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    sha256 TEXT NOT NULL,
    PRIMARY KEY (certification, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE certification_notice (
    certification BLOB NOT NULL REFERENCES certification (id),
    sequence INTEGER NOT NULL,
    party TEXT NOT NULL,
    way TEXT NOT NULL,
    served TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (certification, sequence)
) STRICT, WITHOUT ROWID;
