//! Fetching bytes and remembering the place. No parsing, no deciding.
