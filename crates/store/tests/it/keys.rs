//! The log's key is turned for another: heads are never without a key that a reader knows.

use domain::tlog::{Quorum, VerifierKey};
use logbook::Reader;

use crate::bench::Bench;

fn signs(bench: &Bench, key: &VerifierKey) -> bool {
    let reader = Reader::open(&bench.store.log_directory()).unwrap();
    reader
        .head(std::slice::from_ref(key), &Quorum::default())
        .is_ok()
}

fn one_more(bench: &Bench) {
    bench.store.log(bench.logged("search")).unwrap();
    bench.store.sequence_now().unwrap();
}

#[test]
fn a_turned_key_signs_beside_the_old_one_then_alone_and_old_heads_stay_good() {
    let bench = Bench::new();
    one_more(&bench);
    let old = bench.store.keys().log_verifier().clone();
    assert!(bench.store.finish_key_turn().is_err(), "none is waiting");
    let new = bench
        .store
        .begin_key_turn(bench.randomness.as_ref())
        .unwrap();
    assert!(
        bench
            .store
            .begin_key_turn(bench.randomness.as_ref())
            .is_err()
    );
    assert!(
        bench.store.finish_key_turn().is_err(),
        "it signed nothing yet"
    );

    let bench = bench.again();
    one_more(&bench);
    assert!(signs(&bench, &old) && signs(&bench, &new));
    assert_eq!(bench.store.finish_key_turn().unwrap(), new);

    let bench = bench.again();
    one_more(&bench);
    assert!(signs(&bench, &new) && !signs(&bench, &old));
    assert_eq!(*bench.store.keys().log_verifier(), new);
    assert!(bench.store.check().unwrap().is_clean());

    let bench = bench.again();
    let third = bench
        .store
        .begin_key_turn(bench.randomness.as_ref())
        .unwrap();
    let bench = bench.again();
    one_more(&bench);
    bench.store.finish_key_turn().unwrap();
    let bench = bench.again();
    one_more(&bench);
    assert!(signs(&bench, &third) && !signs(&bench, &new));
}
