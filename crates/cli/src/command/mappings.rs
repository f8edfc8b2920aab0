//! The mappings that come with the program, by name.

/// Every mapping: its name under `mappings/` and its text.
pub const ALL: [(&str, &str); 16] = [
    (
        "world/harbour_register.yml",
        include_str!("../../../../mappings/world/harbour_register.yml"),
    ),
    (
        "world/ownership.yml",
        include_str!("../../../../mappings/world/ownership.yml"),
    ),
    (
        "world/procurement.yml",
        include_str!("../../../../mappings/world/procurement.yml"),
    ),
    (
        "world/sanctions.yml",
        include_str!("../../../../mappings/world/sanctions.yml"),
    ),
    (
        "world/ship_register.yml",
        include_str!("../../../../mappings/world/ship_register.yml"),
    ),
    (
        "world/declarations.yml",
        include_str!("../../../../mappings/world/declarations.yml"),
    ),
    (
        "world/leak.yml",
        include_str!("../../../../mappings/world/leak.yml"),
    ),
    (
        "world/land.yml",
        include_str!("../../../../mappings/world/land.yml"),
    ),
    (
        "standard/bods.yml",
        include_str!("../../../../mappings/standard/bods.yml"),
    ),
    (
        "standard/ocds.yml",
        include_str!("../../../../mappings/standard/ocds.yml"),
    ),
    (
        "real/us_ofac_sdn.yml",
        include_str!("../../../../mappings/real/us_ofac_sdn.yml"),
    ),
    (
        "real/gb_hmt_2018.yml",
        include_str!("../../../../mappings/real/gb_hmt_2018.yml"),
    ),
    (
        "real/icij_offshore.yml",
        include_str!("../../../../mappings/real/icij_offshore.yml"),
    ),
    (
        "real/gb_spend.yml",
        include_str!("../../../../mappings/real/gb_spend.yml"),
    ),
    (
        "real/gb_ministers.yml",
        include_str!("../../../../mappings/real/gb_ministers.yml"),
    ),
    (
        "real/gb_dpa.yml",
        include_str!("../../../../mappings/real/gb_dpa.yml"),
    ),
];

/// The text of a mapping.
pub fn text(name: &str) -> Option<&'static str> {
    ALL.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}
