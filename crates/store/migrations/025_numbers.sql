-- Numbers that sources give their releases, and versions of records that came after newer ones were known.
ALTER TABLE release ADD COLUMN ordinal INTEGER;
CREATE INDEX release_ordinal ON release (dataset, ordinal);
ALTER TABLE live_source ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0;
-- A version that came late: what it says begins and ends with its own release, so that it is history and never the present.
CREATE TABLE late_version (
    record INTEGER NOT NULL,
    release INTEGER NOT NULL,
    present INTEGER NOT NULL,
    PRIMARY KEY (record, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX late_version_release ON late_version (release, record);
-- While a number is missing: records that a later one names and of which it says nothing new.
CREATE TABLE named_again (
    record INTEGER NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (record, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_again_release ON named_again (release, record);
