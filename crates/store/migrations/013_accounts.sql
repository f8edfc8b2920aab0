-- How far a sign-in came, and when a second factor was last proved in it.
ALTER TABLE session ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE session ADD COLUMN proved INTEGER;
-- The part of the body to which a user belongs; empty for the whole of it.
ALTER TABLE user_standing ADD COLUMN unit TEXT NOT NULL DEFAULT '';

-- Links that are good once: to set a first or a new password, and, without a user, to make the first administrator.
CREATE TABLE invitation (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id BLOB REFERENCES user_account (id),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_user ON invitation (user_id);

-- Second factors; the secret is sealed with a key that lies outside the database.
CREATE TABLE second_factor (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES user_account (id),
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    secret BLOB NOT NULL,
    used INTEGER NOT NULL,
    created INTEGER NOT NULL,
    confirmed INTEGER,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX second_factor_user ON second_factor (user_id);
CREATE TABLE recovery_code (
    user_id BLOB NOT NULL REFERENCES user_account (id),
    code_hash BLOB NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Tries to sign in of the last day, under keyed names of account and address.
CREATE TABLE sign_in_try (
    number INTEGER NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    good INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_try_account ON sign_in_try (account, kind, at);
CREATE INDEX sign_in_try_address ON sign_in_try (address, kind, at);
CREATE INDEX sign_in_try_at ON sign_in_try (at);

-- For whom a second factor is a must: the latest row holds.
CREATE TABLE second_factor_rule (
    sequence INTEGER NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
