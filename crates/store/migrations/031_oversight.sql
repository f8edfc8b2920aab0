-- How long entries of a kind are kept, beyond what law asks at least. Rows are added; the longest counts.
CREATE TABLE log_period (
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    days INTEGER NOT NULL,
    source TEXT NOT NULL,
    by_user BLOB NOT NULL,
    PRIMARY KEY (kind, sequence)
) STRICT, WITHOUT ROWID;

-- Figures of use that were made, each once: what is asked again is answered from here, and each made costs of the year's
-- number of them.
CREATE TABLE usage_figures (
    month TEXT NOT NULL,
    breakdown TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    year TEXT NOT NULL,
    cells TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (month, breakdown)
) STRICT, WITHOUT ROWID;
