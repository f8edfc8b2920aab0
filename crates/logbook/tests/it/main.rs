//! The log's folder from outside: what is written, what is read, what is refused.

#[cfg(test)]
mod killing;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod proving;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod stamping;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod third_party;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod writing;
