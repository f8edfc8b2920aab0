//! Fetching bytes and remembering the place: a watched folder, an address that is asked again and again, a stream of a NATS
//! server, the tables of a PostgreSQL server and their changes; and sending: mail and signed webhooks. Everything that is called goes past one [`guard`].
//!
//! Not here: reading what the bytes say (`intake`), deciding what they change (`domain`), keeping them (`store`).

pub mod event;
pub mod folder;
pub mod guard;
pub mod http;
pub mod jetstream;
pub mod mail;
pub mod postgres;
pub mod provider;
mod tls;
pub mod webhook;
