-- Agreements on matching between owners of datasets. Changed terms are a new version; what happened to a version is added
-- as a step: sent to oversight, received there, renewed, ended.
CREATE TABLE matching_agreement (
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    terms TEXT NOT NULL,
    datasets TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE matching_agreement_step (
    agreement BLOB NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    step TEXT NOT NULL,
    moment INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (agreement, version, sequence)
) STRICT, WITHOUT ROWID;

-- What each run of the matcher compared, and under which agreements.
CREATE TABLE matching_run (
    sequence INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    datasets TEXT NOT NULL,
    fields TEXT NOT NULL,
    cites TEXT NOT NULL,
    records INTEGER NOT NULL,
    candidates INTEGER NOT NULL,
    proposals INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
