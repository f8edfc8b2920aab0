//! The one binary: commands, configuration and the composition root.

fn main() {}
