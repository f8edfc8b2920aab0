//! What the engine is given: records as lists of field and text, and what people have already judged.
//!
//! There is no field for nationality, citizenship, birth country, sex, ethnicity or any other protected
//! trait: they cannot be compared or blocked on because they cannot be handed in.

/// Names one record; the caller's own 16 bytes. Order of arrival never matters, order of ids breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// Makes an id from a number (big-endian, so that numbers and ids sort alike).
    pub fn from_number(number: u128) -> RecordId {
        RecordId(number.to_be_bytes())
    }

    /// Returns the number this id was made from.
    pub fn number(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

/// What is compared. Records of different kinds are never proposed as the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A natural person.
    Person,
    /// A company, public body or other organisation.
    Organisation,
    /// A ship or aircraft.
    Vessel,
    /// A place with an address, land included.
    Address,
    /// Any other asset, product or title.
    Asset,
}

impl Kind {
    /// Every kind, in a fixed order.
    pub const ALL: [Kind; 5] = [
        Kind::Person,
        Kind::Organisation,
        Kind::Vessel,
        Kind::Address,
        Kind::Asset,
    ];
}

/// Who issues an identifier. Only identifiers of one scheme are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Legal entity identifier (ISO 17442), check digits verified.
    Lei,
    /// Ship number of the International Maritime Organization, check digit verified.
    Imo,
    /// Bank account number (ISO 13616), check digits verified.
    Iban,
    /// Value-added-tax number.
    Vat,
    /// Number in a company or other public register.
    Register,
    /// Tax number.
    Tax,
    /// Personal number issued by a state or a social insurance.
    National,
    /// Passport or identity-card number (changes with each document).
    Document,
    /// Maritime mobile service identity.
    Mmsi,
    /// Radio call sign.
    CallSign,
    /// Hull, chassis or other serial number.
    Serial,
    /// Any other scheme, numbered by the caller.
    Other(u16),
}

/// What a value says about its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Full name, of anything.
    Name,
    /// Given name or names of a person.
    GivenName,
    /// Middle name or patronymic.
    MiddleName,
    /// Family name.
    FamilyName,
    /// Another name, weak or former ones included.
    Alias,
    /// Date of birth, possibly partial.
    BirthDate,
    /// Date of incorporation, build or foundation, possibly partial.
    IncorporationDate,
    /// Street with house number.
    Street,
    /// Town.
    City,
    /// Postal code.
    Postcode,
    /// A whole address in one text.
    AddressFull,
    /// Jurisdiction or country of the address, never of a person's origin.
    Country,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Web site.
    Website,
    /// Identifier of a scheme.
    Identifier(Scheme),
    /// Name of an officer, owner or other named co-party of an organisation.
    Officer,
    /// Flag state of a vessel.
    Flag,
    /// A town or district named as a place of birth in historical sources (never a country).
    Place,
    /// Trade, occupation, brand or class, as free text.
    Trade,
}

/// One record as the engine sees it; a field may occur many times.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The caller's id.
    pub id: RecordId,
    /// Ordinal of the dataset it comes from.
    pub source: u32,
    /// What it describes.
    pub kind: Kind,
    /// Its values, as said by the source.
    pub values: &'a [(Field, &'a str)],
}

/// What people have judged and what sources warrant; both bind every result.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// Pairs judged to be one and the same: always in one group.
    pub same: Vec<(RecordId, RecordId)>,
    /// Pairs judged to be different: never in one group (unless "same" judgements themselves join them).
    pub different: Vec<(RecordId, RecordId)>,
    /// Sources known to hold each entity once: two of their records are never grouped by the engine.
    pub unique_sources: Vec<u32>,
}
