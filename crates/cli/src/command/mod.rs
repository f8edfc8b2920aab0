//! The commands, one file each.

pub mod agreement;
pub mod case;
pub mod clock;
pub mod course;
pub mod demo;
pub mod disclose;
pub mod emergency;
pub mod ftm;
pub mod keys;
pub mod live;
pub mod log;
pub mod look;
pub mod mappings;
pub mod names;
pub mod papers;
pub mod policy;
pub mod reading;
pub mod real;
pub mod reports;
pub mod resolve;
pub mod search;
pub mod serve;
pub mod source;
pub mod stamp;
pub mod story;
pub mod stream;
pub mod suspects;
pub mod tip;
pub mod upkeep;
pub mod users;
pub mod verify;
pub mod work;
pub mod world;

/// Prints the description of the HTTP interface.
pub fn openapi() -> anyhow::Result<()> {
    crate::say::line(web::openapi_json());
    Ok(())
}
