//! Proposing who is the same: blocking, comparing, scoring, explaining, measuring. No final decisions, no storage.
