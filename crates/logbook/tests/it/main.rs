//! The log's folder from outside: what is written, what is read, what is refused.
