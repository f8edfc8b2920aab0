//! Cases an investigator would be ashamed of: false friends kept apart, true friends across scripts found.

use resolve::{Constraints, Engine, Field, Kind, Options, Records, Scheme, names};

use crate::people::{Record, id};

/// Runs the records among a town of others and tells whether the first two come together.
fn together(kind: Kind, a: &[(Field, &str)], b: &[(Field, &str)]) -> bool {
    let mut read = Records::new();
    let mut list = vec![Record::of(kind, 1, a), Record::of(kind, 2, b)];
    for i in 0..200u128 {
        let name = format!(
            "{} {}",
            ["Ansel", "Brita", "Corin", "Dagny", "Edvin", "Fenna", "Gorm"][i as usize % 7],
            ["Lundqvor", "Mastrel", "Nerring", "Ostwin", "Perrol"][i as usize / 7 % 5]
        );
        let firm = format!(
            "{name} {} Ltd",
            ["Trading", "Shipping", "Foods"][i as usize % 3]
        );
        let date = format!("19{}-{:02}-{:02}", 40 + i % 50, 1 + i % 12, 2 + i % 26);
        let field = if kind == Kind::Person {
            Field::BirthDate
        } else {
            Field::IncorporationDate
        };
        list.push(Record::of(
            kind,
            100 + i,
            &[
                (
                    Field::Name,
                    if kind == Kind::Person { &name } else { &firm },
                ),
                (field, &date),
            ],
        ));
    }
    for record in &list {
        record.with(|input| read.push(input));
    }
    let whole = Engine::batch(
        read,
        &Constraints::default(),
        Options::default(),
        &mut |_, _| {},
    );
    whole
        .groups
        .iter()
        .any(|g| g.contains(&id(1)) && g.contains(&id(2)))
}

#[test]
fn prov_03_true_friends_are_proposed() {
    use Field::{
        BirthDate, City, FamilyName, GivenName, Identifier, IncorporationDate, Name, Street,
    };
    assert!(together(
        Kind::Person,
        &[
            (GivenName, "Юлия"),
            (FamilyName, "Воронова"),
            (BirthDate, "1971-05-09"),
            (City, "Portsea")
        ],
        &[
            (GivenName, "Iuliia"),
            (FamilyName, "Voronova"),
            (BirthDate, "1971-05-09"),
            (City, "PORTSEA")
        ],
    ));
    assert!(together(
        Kind::Person,
        &[
            (Name, "William Tarsk"),
            (BirthDate, "1958-11-03"),
            (Street, "3 Dock Road"),
            (City, "Portsea")
        ],
        &[
            (Name, "TARSK, Bill"),
            (BirthDate, "1958-11"),
            (Street, "3 Dock Rd"),
            (City, "Portsea")
        ],
    ));
    assert!(together(
        Kind::Organisation,
        &[
            (Name, "Tarsk & Voron Holdings Limited"),
            (Identifier(Scheme::Register), "HRB 44120987"),
            (IncorporationDate, "2003-02-11")
        ],
        &[
            (Name, "TARSK AND VORON HOLDINGS LTD."),
            (Identifier(Scheme::Register), "44120987")
        ],
    ));
}

#[test]
fn prov_03_false_friends_stay_apart() {
    use Field::{BirthDate, City, FamilyName, GivenName, Identifier, Name, Street};
    assert!(!together(
        Kind::Person,
        &[
            (GivenName, "Mirel"),
            (FamilyName, "Tarsk"),
            (BirthDate, "1958-11-03"),
            (Street, "3 Dock Road"),
            (City, "Portsea")
        ],
        &[
            (GivenName, "Mirel"),
            (FamilyName, "Tarsk"),
            (BirthDate, "1986-06-21"),
            (Street, "3 Dock Road"),
            (City, "Portsea")
        ],
    ));
    assert!(!together(
        Kind::Person,
        &[
            (GivenName, "Mirel"),
            (FamilyName, "Tarsk"),
            (BirthDate, "1958-11-03"),
            (Identifier(Scheme::National), "771203419")
        ],
        &[
            (GivenName, "Mirel"),
            (FamilyName, "Tarsk"),
            (BirthDate, "1958-11-03"),
            (Identifier(Scheme::National), "330918265")
        ],
    ));
    assert!(!together(
        Kind::Organisation,
        &[
            (Name, "Tarsk Shipping Ltd"),
            (Street, "3 Dock Road"),
            (City, "Portsea"),
            (Identifier(Scheme::Register), "44120987")
        ],
        &[
            (Name, "Tarsk Foods Ltd"),
            (Street, "3 Dock Road"),
            (City, "Portsea"),
            (Identifier(Scheme::Register), "60177012")
        ],
    ));
    assert!(!together(
        Kind::Vessel,
        &[
            (Name, "Northern Petrel"),
            (Identifier(Scheme::Imo), "9074729")
        ],
        &[
            (Name, "Northern Petrel"),
            (Identifier(Scheme::Imo), "9319466")
        ],
    ));
}

#[test]
fn names_meet_across_scripts_orders_and_forms() {
    let likely = |a: &str, b: &str, want: bool| {
        let got = names::compare(a, b);
        assert_eq!(got.score >= names::LIKELY, want, "{a} | {b}: {}", got.score);
        assert_eq!(got.score, names::compare(b, a).score, "{a} | {b}");
    };
    likely("Юлия Воронова", "Voronova, Yuliya", true);
    likely("Dr. William H. Tarsk", "Bill Tarsk", true);
    likely("Tarsk Shipping Ltd.", "TARSK SHIPPING LIMITED", true);
    likely("Tarsk Mgmt GmbH", "Tarsk Management GmbH", true);
    likely("Mirel Tarsk", "Mirel Voronov", false);
    likely("Tarsk Shipping Ltd", "Tarsk Foods Ltd", false);
}
