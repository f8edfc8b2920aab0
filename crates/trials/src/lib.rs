//! Trials of the whole program: the real binary is started, killed, starved and damaged, and must keep its promises.
//!
//! Everything is in `tests/it`; there is nothing here to call. What one room can show by itself is tested in that room.
