//! What is kept, one file per concept: the SQL on top, the functions on [`View`](crate::View) and [`Tx`](crate::Tx) below.

pub(crate) mod account;
pub(crate) mod agreed;
pub(crate) mod alert;
pub(crate) mod basis;
pub(crate) mod board;
pub(crate) mod case;
pub(crate) mod case_list;
pub(crate) mod case_type;
pub(crate) mod certification;
pub(crate) mod change;
pub(crate) mod clock;
pub(crate) mod comparison;
pub(crate) mod dataset;
pub(crate) mod decision;
pub(crate) mod disclosure;
pub(crate) mod document;
pub(crate) mod emergency;
pub(crate) mod evidence;
pub(crate) mod feed;
pub(crate) mod hypothesis;
pub(crate) mod incident;
pub(crate) mod intelligence;
pub(crate) mod interest;
pub(crate) mod judgement;
pub(crate) mod kept_search;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod log;
pub(crate) mod look;
pub(crate) mod matching;
pub(crate) mod mention;
pub(crate) mod merge;
pub(crate) mod message;
pub(crate) mod note;
pub(crate) mod notice;
pub(crate) mod oversight;
pub(crate) mod own_table;
pub(crate) mod page;
pub(crate) mod passage;
pub(crate) mod person;
pub(crate) mod processing;
pub(crate) mod proposal;
pub(crate) mod provider;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod release;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod session;
pub(crate) mod special;
pub(crate) mod staging;
pub(crate) mod subject;
pub(crate) mod suspicion;
pub(crate) mod task;
pub(crate) mod tip;
pub(crate) mod unlawful;
pub(crate) mod upload;
pub(crate) mod user;
pub(crate) mod watermark;

/// Names the SQL of a file, and lists it for the test that prepares every statement.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;
