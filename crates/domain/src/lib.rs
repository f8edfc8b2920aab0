//! What things are and what is allowed: pure values and decisions. No files, sockets, SQL, HTTP, clock or randomness.
