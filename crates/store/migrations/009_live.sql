-- Live sources: what stewards set up, how it stands, and the deliveries on their way. The bytes of a delivery lie in
-- `incoming/` until it is taken.
CREATE TABLE live_source (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dataset BLOB NOT NULL,
    way TEXT NOT NULL,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    token_hash BLOB UNIQUE,
    period INTEGER NOT NULL,
    extent TEXT NOT NULL,
    mapping TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE live_following (
    source BLOB NOT NULL PRIMARY KEY REFERENCES live_source (id),
    paused INTEGER NOT NULL,
    place TEXT NOT NULL,
    heard INTEGER,
    taken INTEGER,
    failed INTEGER,
    failure TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try INTEGER,
    behind INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE delivery (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    source BLOB NOT NULL REFERENCES live_source (id),
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    reason TEXT NOT NULL,
    received INTEGER NOT NULL,
    release BLOB,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX delivery_state ON delivery (source, state, number);
