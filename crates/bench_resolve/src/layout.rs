//! Which column is what: the one setting a run has.

use anyhow::{Result, bail};
use resolve::{Field, Kind, Scheme};

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Id,
    Source,
    Field(Field),
    /// House number, put before the street.
    HouseNumber,
    /// Year, month and day of birth in columns of their own.
    BirthYear,
    BirthMonth,
    BirthDay,
}

/// The use of a column, if it has one for the kind.
pub fn of(column: &str, kind: Kind) -> Option<Use> {
    use Field::{
        BirthDate, City, Country, Email, FamilyName, GivenName, Identifier, IncorporationDate,
        MiddleName, Name, Officer, Phone, Place, Postcode, Street, Trade, Website,
    };
    let field = match column {
        "id" => return Some(Use::Id),
        "source" => return Some(Use::Source),
        "street_number" => return Some(Use::HouseNumber),
        "by" => return Some(Use::BirthYear),
        "bm" => return Some(Use::BirthMonth),
        "bd" => return Some(Use::BirthDay),
        "given_name" | "first_name" | "fname_c1" => GivenName,
        "middle_name" | "fname_c2" => MiddleName,
        "family_name" | "surname" | "lname_c1" => FamilyName,
        "name" | "full_name" | "title" => Name,
        "birth_date" | "dob" | "date_of_birth" => BirthDate,
        "incorporated" => IncorporationDate,
        "street" | "address_1" => Street,
        "address" => Field::AddressFull,
        "city" | "suburb" => City,
        "postcode" | "postcode_fake" => Postcode,
        "country" | "state" => Country,
        "phone" => Phone,
        "email" => Email,
        "website" => Website,
        "officer" => Officer,
        "national_id" | "soc_sec_id" => Identifier(Scheme::National),
        "reg_no" => Identifier(Scheme::Register),
        "tax_id" => Identifier(Scheme::Tax),
        "modelno" => Identifier(Scheme::Serial),
        "birth_place" => Place,
        "occupation" | "manufacturer" | "brand" | "venue" => Trade,
        _ => return None,
    };
    (kind != Kind::Asset || matches!(field, Name | Trade | Identifier(_)))
        .then_some(Use::Field(field))
}

/// Reads the name of a kind.
pub fn kind(name: &str) -> Result<Kind> {
    Ok(match name {
        "person" => Kind::Person,
        "company" | "organisation" => Kind::Organisation,
        "vessel" => Kind::Vessel,
        "address" => Kind::Address,
        "asset" | "product" => Kind::Asset,
        _ => bail!("unknown kind `{name}`: person, company, vessel, address or asset"),
    })
}
