-- Versions of a case's report: bytes that stay, what others say of them, another person's ruling on their hash, and the files
-- that were made of them. Rows are only added.
CREATE TABLE report (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX report_case ON report (case_id, version);
CREATE TABLE report_comment (
    report BLOB NOT NULL REFERENCES report (id),
    sequence INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    words TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (report, sequence, by_user)
) STRICT, WITHOUT ROWID;
CREATE TABLE report_ruling (
    report BLOB NOT NULL PRIMARY KEY REFERENCES report (id),
    sequence INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Templates that supervisors laid down beside those of the program; the newest of a name counts.
CREATE TABLE report_template (
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (name, sequence)
) STRICT, WITHOUT ROWID;
