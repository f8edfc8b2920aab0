//! What gate and log cost a look-up: `cargo run -p trials --example look_ups -- COMPANIES CLIENTS SECONDS`
//!
//! COMPANIES are loaded and indexed. CLIENTS then search one after the other for one of them by name over HTTP, in twenty
//! cases, for SECONDS, first one client alone, then all. What deciding, answering and writing the entry took, the service tells
//! itself (`/metrics`, by the monotonic clock; where clients outnumber cores it holds waiting); the processor's time of
//! the whole service comes from the system. Prints one JSON line for each number of clients; times in microseconds for one
//! look-up. `PREDICATE_BIN` names the program.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a measurement prints, stops where something is missing, and borrows more of the trials than it needs"
)]

#[path = "../tests/it/house.rs"]
mod house;
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/program.rs"]
mod program;

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use house::{Case, House, company};
use program::Serving;
use serde_json::{Value, json};

/// Each takes a thousand look-ups a day.
const CASES: usize = 20;

fn main() {
    let words: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [companies, clients, seconds] = words.as_slice() else {
        panic!("say how many companies there are, how many clients ask, and for how many seconds");
    };
    let house = House::new("look_ups").unwrap();
    let all: Vec<Value> = (0..*companies)
        .map(|at| company(&format!("k{at}"), &name(at), "active"))
        .collect();
    house.load(&house.delivery("base", &all), false).unwrap();
    let figures = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let serving = house
        .program
        .serve_with(&house.data, &["--metrics", &figures.to_string()], &[]);
    let cases: Vec<Case> = (0..CASES).map(|_| Case::open(&serving)).collect();
    for clients in [1, *clients] {
        let before = told(figures, &serving);
        let mut times = ask(&serving, &cases, *companies, clients, *seconds);
        let after = told(figures, &serving);
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].round();
        let each = |part: usize| ((after[part] - before[part]) * 1e6 / times.len() as f64).round();
        println!(
            "{}",
            json!({ "companies": companies, "clients": clients, "look_ups": times.len(), "p50_us": at(0.5), "p99_us": at(0.99),
                "gate_us": each(0), "answer_us": each(1), "log_us": each(2), "processor_us": each(3) })
        );
    }
}

fn name(at: usize) -> String {
    format!("Company {at} of row{}", at / 100)
}

/// Seconds of deciding, answering, writing entries, and of the processor.
fn told(figures: SocketAddr, serving: &Serving) -> [f64; 4] {
    let text = http::ask(figures, "GET", "/metrics", None, http::Body::Nothing)
        .unwrap()
        .text();
    let of = |part: &str| {
        let start = format!("predicate_look_up_seconds_total{{part=\"{part}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap().parse::<f64>().unwrap()
    };
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", serving.process())).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    // User and system time, in hundredths of a second.
    let processor: f64 = [11, 12]
        .iter()
        .map(|at| fields[*at].parse::<f64>().unwrap() / 100.0)
        .sum();
    [of("gate"), of("answer"), of("log"), processor]
}

fn ask(
    serving: &Serving,
    cases: &[Case],
    companies: usize,
    clients: usize,
    seconds: usize,
) -> Vec<f64> {
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    // Half of what a case takes, so that both rounds have room.
    let most = 450 * cases.len() / clients;
    let all: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while times.len() < most && Instant::now() < until {
                        let case = &cases[(client + times.len() * 7) % cases.len()];
                        let at = (client * 7919 + times.len() * 104_729) % companies;
                        let began = Instant::now();
                        let found = case.search(serving, &name(at));
                        times.push(began.elapsed().as_secs_f64() * 1e6);
                        assert!(!found.is_empty());
                    }
                    times
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    all.into_iter().flatten().collect()
}
