-- Whether a source names each person or thing once, as a steward says of it: then two of its records are never proposed as
-- one. Rows are added; the newest of a dataset counts, and none means that it may name one twice.
CREATE TABLE dataset_once (
    dataset INTEGER NOT NULL REFERENCES dataset (number),
    sequence INTEGER NOT NULL,
    once INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    PRIMARY KEY (dataset, sequence)
) STRICT, WITHOUT ROWID;
