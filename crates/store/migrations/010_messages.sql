-- Who is told of a case's alerts outside the desk, and what waits to be sent.
CREATE TABLE subscription (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL REFERENCES user_account (id),
    way TEXT NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ended INTEGER,
    ended_why TEXT
) STRICT;
CREATE INDEX subscription_case ON subscription (case_id, ended);
CREATE INDEX subscription_user ON subscription (user_id);
CREATE TABLE message (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    subscription BLOB NOT NULL REFERENCES subscription (id),
    alert BLOB,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try INTEGER NOT NULL,
    reason TEXT NOT NULL,
    settled INTEGER
) STRICT;
CREATE INDEX message_due ON message (state, next_try);
CREATE INDEX message_subscription ON message (subscription, number);
