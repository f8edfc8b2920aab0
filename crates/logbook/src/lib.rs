//! Reads and writes the folder of a transparency log.
