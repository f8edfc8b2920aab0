-- A passkey is a second factor that its authenticator names by an id; the id itself is sealed with the key.
ALTER TABLE second_factor ADD COLUMN credential_hash BLOB;
CREATE UNIQUE INDEX second_factor_credential ON second_factor (credential_hash) WHERE credential_hash IS NOT NULL;

-- Challenges that were answered, until they end by themselves: none is answered twice.
CREATE TABLE answered_challenge (
    challenge_hash BLOB NOT NULL PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which account is whose at an identity provider: by issuer and subject, never by a mail address. Of one person at one
-- provider one row is open at most.
CREATE TABLE provider_link (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES user_account (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX provider_link_subject ON provider_link (issuer, subject) WHERE ended IS NULL;
CREATE INDEX provider_link_user ON provider_link (user_id);

-- By which link a session was begun: it ends with the link, and when the provider says so.
ALTER TABLE session ADD COLUMN link_id BLOB REFERENCES provider_link (id);
CREATE INDEX session_link ON session (link_id) WHERE link_id IS NOT NULL;
