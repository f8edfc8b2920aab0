//! Tests of the model against facts read from the package, and of the lists of sensitive properties.

use super::traits::{never_selector, special};
use super::{Kind, Model, PersonKind};

#[test]
fn the_model_has_all_schemata_and_their_inheritance() {
    let model = Model::standard();
    assert_eq!(model.schemata().len(), 71);
    let company = model.schema("Company").unwrap();
    assert_eq!(
        company.lineage,
        [
            "Asset",
            "Company",
            "LegalEntity",
            "Organization",
            "Thing",
            "Value"
        ]
    );
    let number = model.property("Company", "registrationNumber").unwrap();
    assert_eq!(
        (number.kind, number.schema.as_str()),
        (Kind::Identifier, "LegalEntity")
    );
    assert_eq!(
        model
            .property("Company", "leiCode")
            .unwrap()
            .format
            .as_deref(),
        Some("lei")
    );
    assert!(model.property("Person", "ownershipOwner").unwrap().stub);
    assert!(model.property("Company", "tonnage").is_none());
    assert_eq!(model.caption("Company")[0], "name");
    for schema in model.schemata() {
        for property in schema.properties() {
            assert_eq!(
                property.kind == Kind::Entity,
                property.range.is_some(),
                "{} {}",
                schema.name,
                property.name
            );
            assert!(
                property
                    .range
                    .iter()
                    .all(|range| model.schema(range).is_some())
            );
        }
        for name in schema
            .caption
            .iter()
            .chain(&schema.featured)
            .chain(&schema.required)
            .chain(&schema.start)
        {
            assert!(
                schema.property(name).is_some(),
                "{} lacks {name}",
                schema.name
            );
        }
    }
}

#[test]
fn links_have_two_ends() {
    let model = Model::standard();
    let edges: Vec<_> = model
        .schemata()
        .into_iter()
        .filter_map(|schema| Some((schema, schema.edge.as_ref()?)))
        .collect();
    assert!(edges.len() > 15);
    for (schema, edge) in edges {
        for end in [&edge.source, &edge.target] {
            assert_eq!(
                schema.property(end).unwrap().kind,
                Kind::Entity,
                "{} {end}",
                schema.name
            );
        }
    }
    let ownership = model.edge("Ownership").unwrap();
    assert_eq!(
        (
            ownership.source.as_str(),
            ownership.target.as_str(),
            ownership.directed
        ),
        ("owner", "asset", true)
    );
    assert!(!model.is_edge("Person"));
}

#[test]
fn persons_are_known_and_doubt_counts_as_person() {
    let model = Model::standard();
    for (schema, kind) in [
        ("Person", PersonKind::Person),
        ("LegalEntity", PersonKind::MaybePerson),
        ("NoSuchSchema", PersonKind::MaybePerson),
        ("Company", PersonKind::NotPerson),
        ("PublicBody", PersonKind::NotPerson),
        ("Vessel", PersonKind::NotPerson),
    ] {
        assert_eq!(model.person_kind(schema), kind, "{schema}");
        assert_eq!(kind.guarded(), kind != PersonKind::NotPerson);
    }
}

#[test]
fn schemata_match_along_their_lineage_only() {
    let model = Model::standard();
    for (left, right, expected) in [
        ("Company", "Organization", true),
        ("Company", "LegalEntity", true),
        ("Person", "LegalEntity", true),
        ("Person", "Company", false),
        ("Vessel", "Airplane", false),
        ("Payment", "Payment", false),
    ] {
        assert_eq!(model.can_match(left, right), expected, "{left} {right}");
    }
    assert_eq!(
        model
            .common("LegalEntity", "Company")
            .map(|schema| schema.name.as_str()),
        Some("Company")
    );
    assert!(model.common("Person", "Company").is_none());
}

#[test]
fn special_categories_are_known_by_property_and_by_column() {
    for name in [
        "ethnicity",
        "religion",
        "political",
        "appearance",
        "Ethnic group",
        "ETHNIE",
        "Religion/faith",
        "religious_belief",
        "party_membership",
        "Health condition diagnosis",
        "Sexual Orientation",
        "Immigration Status",
        "tattoos",
        "FingerprintId",
        "Konfession",
        "Gesundheitszustand",
        "религия",
        "宗教",
        "blood_type",
        "unionMembership",
        "health",
    ] {
        assert!(special(name), "{name} must be special");
    }
    for name in [
        "name",
        "country",
        "nationality",
        "gender",
        "party",
        "address",
        "race number",
        "counterparty",
        "contracting party",
        "Position",
        "programme",
        "Department of Health",
        "supplier",
        "notes",
        "third party",
        "health_authority",
    ] {
        assert!(!special(name), "{name} must not be special");
    }
}

#[test]
fn sensitive_properties_are_never_selectors() {
    for name in [
        "nationality",
        "citizenship",
        "birthCountry",
        "birthPlace",
        "gender",
        "spokenLanguage",
        "religion",
    ] {
        assert!(never_selector(name), "{name}");
    }
    for name in [
        "country",
        "jurisdiction",
        "name",
        "birthDate",
        "passportNumber",
        "mainCountry",
    ] {
        assert!(!never_selector(name), "{name}");
    }
    let model = Model::standard();
    let listed = super::traits::special_properties();
    for schema in model.schemata() {
        for property in schema.properties() {
            assert_eq!(
                special(&property.name),
                listed.contains(&property.name.as_str()),
                "{}",
                property.name
            );
        }
    }
    for property in listed {
        assert!(
            model.property("Person", property).is_some(),
            "{property} is no property of a person"
        );
    }
}
