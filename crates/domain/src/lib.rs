//! What things are and what is allowed: pure values and decisions.
//!
//! Reading order is module order. Nothing here reads a file, a socket, a clock or randomness, knows SQL or HTTP, or
//! logs: time and chance come in as arguments. What the program may do is decided in [`policy`], and only there can a
//! [`policy::Permit`] be made.

pub mod audit;
pub mod authority;
pub mod board;
pub mod calendar;
pub mod case;
pub mod case_type;
pub mod disclosure;
pub mod emergency;
pub mod hypothesis;
pub mod id;
pub mod identity;
pub mod incident;
pub mod intelligence;
pub mod jose;
pub mod live;
pub mod matching;
pub mod open_id;
pub mod oversight;
pub mod passage;
pub mod passkey;
pub mod policy;
pub mod processing;
pub mod report;
pub mod review;
pub mod schema;
pub mod source;
pub mod special;
pub mod spreadsheet;
pub mod standing;
pub mod statement;
pub mod subscription;
pub mod suspicion;
pub mod time;
pub mod timekeeping;
pub mod tip;
pub mod tlog;
pub mod totp;
pub mod unlawful;
pub mod value;
pub mod watch;
pub mod work;
