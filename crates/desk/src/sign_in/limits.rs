//! How often somebody may try to sign in.
//!
//! Wrong passwords count for an account at one address, for an address, and for an account as a whole; the last holds only
//! for addresses from which the account was not signed in to within a day, so that a stranger cannot shut its owner out.
//! Wrong codes count for the account alone, whatever the address, and never shut the step of the password.
//!
//! All of it goes by the time for which the service has run, which no wall clock moves.

use domain::time::Moment;
use sha2::{Digest, Sha256};
use store::{StoreError, Tried, View};

use crate::Desk;

/// Wrong passwords of one account from one address in a quarter of an hour.
const OF_BOTH: u64 = 10;
/// Wrong passwords from one address in a quarter of an hour.
const OF_ADDRESS: u64 = 60;
/// Wrong passwords of one account in an hour, from addresses unknown to it.
const OF_ACCOUNT: u64 = 50;
/// Wrong codes of one account in an hour.
const OF_CODES: u64 = 10;

/// Seconds in which wrong passwords count.
const SHORT_SECONDS: u64 = 900;
/// Seconds in which wrong codes count.
pub(crate) const CODE_SECONDS: u64 = 3600;

/// Account and address under the names that tries are kept by.
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) address: String,
}

impl Desk {
    pub(crate) fn place(&self, name: &str, address: &str) -> Place {
        let keyed = |kind: &str, words: &str| {
            let digest: [u8; 32] = Sha256::digest(format!("{kind}\n{words}").as_bytes()).into();
            let mut first = [0u8; 16];
            first
                .iter_mut()
                .zip(digest)
                .for_each(|(to, from)| *to = from);
            self.pseudonym(&first)
        };
        Place {
            account: keyed("account", name),
            address: keyed("address", address),
        }
    }
}

fn before(now: Moment, seconds: u64) -> Moment {
    now.plus_seconds(-i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Seconds to wait before another password is looked at, if so.
pub(crate) fn of_passwords(
    view: &View<'_>,
    place: &Place,
    now: Moment,
) -> Result<Option<u64>, StoreError> {
    let short = before(now, SHORT_SECONDS);
    let (account, address) = (&place.account, &place.address);
    if view.failed_of_both(account, address, Tried::Password, short)? >= OF_BOTH
        || view.failed_of_address(address, Tried::Password, short)? >= OF_ADDRESS
    {
        return Ok(Some(SHORT_SECONDS));
    }
    let hour = before(now, CODE_SECONDS);
    let many = view.failed_of_account(account, Tried::Password, hour)? >= OF_ACCOUNT;
    Ok((many && !view.came_from(account, address)?).then_some(CODE_SECONDS))
}

/// Whether no code of an account is looked at any more this hour.
pub(crate) fn of_codes(view: &View<'_>, place: &Place, now: Moment) -> Result<bool, StoreError> {
    let hour = before(now, CODE_SECONDS);
    Ok(view.failed_of_account(&place.account, Tried::Code, hour)? >= OF_CODES)
}
