//! The witness from outside: over HTTP in this process, and as the program that runs elsewhere.

#[cfg(test)]
mod configuring;
#[cfg(test)]
mod cosigning;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod program;
