-- How far the installation's time has come: a clock that is set back does not take it back. One row.
CREATE TABLE clock_seen (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    held INTEGER NOT NULL
) STRICT;
