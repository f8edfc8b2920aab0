//! The store on a real folder: acts and their entries, releases, cases, the log, blobs, backups, faults, kills.

#[cfg(test)]
mod acts;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod log;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod releases;
