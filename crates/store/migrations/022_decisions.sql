-- Every version of the rules that ever decided here, and what was put to them for each entry of the log. Parts that
-- decisions share (who, which case, which datasets) lie once, under their SHA-256.
CREATE TABLE policy_archive (
    version TEXT NOT NULL PRIMARY KEY,
    shapes TEXT NOT NULL,
    rules TEXT NOT NULL,
    fields TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE decision (
    entry INTEGER NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE decision_part (
    digest TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
