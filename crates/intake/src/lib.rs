//! Turning foreign bytes into records, and telling why a row was refused. No network, no database, no matching.
