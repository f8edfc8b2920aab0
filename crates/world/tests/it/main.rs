//! The world as others see it: its files.

use world::{Options, Size};

#[test]
fn it_writes() {
    let out = std::env::var("WORLD_OUT").unwrap_or_else(|_| {
        std::env::temp_dir()
            .join(format!("world-{}", std::process::id()))
            .display()
            .to_string()
    });
    let summary = world::write(
        out.as_ref(),
        &Options {
            seed: 1,
            size: Size::Small,
        },
    )
    .unwrap();
    println!("{summary:?}");
    assert!(summary.records > 10);
}
