//! What a run costs: CPU and wall seconds by phase, and the peak of memory, as the kernel counts them.

use std::time::Instant;

/// CPU and wall seconds of named phases.
pub struct Meter {
    started: Instant,
    phases: Vec<(String, f64, f64)>,
    at: (f64, Instant),
}

impl Meter {
    pub fn new() -> Meter {
        Meter {
            started: Instant::now(),
            phases: Vec::new(),
            at: (cpu(), Instant::now()),
        }
    }

    /// Ends the running phase under a name; phases of one name add up.
    pub fn phase(&mut self, name: &str) {
        let (now, clock) = (cpu(), Instant::now());
        let spent = (
            now - self.at.0,
            clock.duration_since(self.at.1).as_secs_f64(),
        );
        self.at = (now, clock);
        match self.phases.iter_mut().find(|(n, _, _)| n == name) {
            Some((_, c, w)) => {
                *c += spent.0;
                *w += spent.1;
            }
            None => self.phases.push((name.to_string(), spent.0, spent.1)),
        }
    }

    /// Seconds since the start.
    pub fn wall(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// CPU seconds by phase.
    pub fn cpu(&self) -> impl Iterator<Item = (&str, f64)> {
        self.phases
            .iter()
            .map(|(name, cpu, _)| (name.as_str(), *cpu))
    }
}

/// CPU seconds of this process so far, in hundredths.
pub fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(") ").next().unwrap_or("");
    let ticks: f64 = after
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// Peak of resident memory in megabytes.
pub fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kb| kb.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
