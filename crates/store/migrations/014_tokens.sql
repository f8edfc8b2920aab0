-- What a program's token is for. Its secret's hash, its end and its owner are its session's.
CREATE TABLE api_token (
    session_id BLOB NOT NULL PRIMARY KEY REFERENCES session (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    audience TEXT NOT NULL,
    case_id BLOB REFERENCES case_file (id)
) STRICT, WITHOUT ROWID;
