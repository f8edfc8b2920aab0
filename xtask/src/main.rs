//! House rules, generated files, set-up, benchmarks. Not part of the product.

fn main() {}
