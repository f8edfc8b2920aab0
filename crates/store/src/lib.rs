//! All that lasts: tables, blobs, the log. No business rules.
