//! Records of one kind as rows of value ids, ready to be compared.
//!
//! A row is two cache lines: value ids, and beside them sketches of the values (coarser spellings, letters that
//! occur) by which most comparisons end without looking a text up. Most records have one value per property: it sits in the row. Further names, addresses and other values hang
//! off the row in side lists.
#![expect(
    clippy::indexing_slicing,
    reason = "slots are constants below the row's length and list numbers are made here"
)]

use crate::input::{Field, Input, Kind, RecordId, Scheme};
use crate::normal::{address, contact, date, identifier, latin, organisation, person};
use crate::values::{Class, Counts, HashedMap, ValueId, Values, bare, hash};

pub(crate) const SLOTS: usize = 32;
/// A record's values, by slot.
pub(crate) type Row = [u32; SLOTS];

/// A set bit says that the slot holds the number of a list.
pub(crate) const MANY: u32 = 1 << 31;

/// Slots 0 to 3: the name (given, family, middle, full; or name, form, -, country).
pub(crate) const NAME: usize = 0;
/// Slots 4 to 7: the address (street, city, postal code, whole).
pub(crate) const PLACE: usize = 4;
pub(crate) const DATE: usize = 8;
pub(crate) const PHONE: usize = 9;
pub(crate) const EMAIL: usize = 10;
pub(crate) const IDENTIFIER: usize = 11;
/// Tax numbers of organisations; place of birth of persons.
pub(crate) const SECOND: usize = 12;
/// Officers of organisations; trades of persons.
pub(crate) const THIRD: usize = 13;
/// Number of the list of further names, 0 if none.
pub(crate) const MORE_NAMES: usize = 14;
/// Number of the list of further addresses, 0 if none.
pub(crate) const MORE_PLACES: usize = 15;

/// Sketches begin here: those of given name, family name, middle name, street and town, then bags alone.
pub(crate) const GIVEN_SKETCH: usize = 16;
pub(crate) const FAMILY_SKETCH: usize = 20;
pub(crate) const MIDDLE_BAG: usize = 23;
pub(crate) const STREET_BAG: usize = 24;
pub(crate) const HOUSE: usize = 25;
pub(crate) const CITY_BAG: usize = 26;
pub(crate) const CITY_ALIKE: usize = 27;
pub(crate) const POST_ENDS: usize = 28;
pub(crate) const PHONE_ENDS: usize = 29;
pub(crate) const EMAIL_BAG: usize = 30;
pub(crate) const IDENTIFIER_ENDS: usize = 31;

/// Four value ids that belong together: one name or one address.
pub(crate) type Four = [u32; 4];

/// Records of one kind.
#[derive(Clone)]
pub(crate) struct Table {
    pub kind: Kind,
    pub values: Values,
    pub rows: Vec<Row>,
    pub ids: Vec<RecordId>,
    pub sources: Vec<u32>,
    lists: Vec<Box<[u32]>>,
    fours: Vec<Box<[Four]>>,
    raw: HashedMap<u64, [u32; 2]>,
    /// Kept from record to record, so that reading one asks for no memory.
    draft: Draft,
}

impl Table {
    pub fn new(kind: Kind) -> Table {
        Table {
            kind,
            values: Values::new(),
            rows: Vec::new(),
            ids: Vec::new(),
            sources: Vec::new(),
            lists: Vec::new(),
            fours: vec![Box::default()],
            raw: HashedMap::default(),
            draft: Draft::default(),
        }
    }

    /// Adds a record and returns its position.
    pub fn push(&mut self, input: &Input<'_>, counts: &Counts) -> usize {
        let row = self.read(input, counts);
        self.rows.push(row);
        self.ids.push(input.id);
        self.sources.push(input.source);
        self.rows.len() - 1
    }

    /// Forgets the memory of raw spellings, needed only while many records are read.
    pub fn settle(&mut self) {
        self.raw = HashedMap::default();
    }

    /// Makes the row of a record without adding it.
    pub fn read(&mut self, input: &Input<'_>, counts: &Counts) -> Row {
        let mut draft = std::mem::take(&mut self.draft);
        draft.clear();
        for &(field, text) in input.values {
            self.take(&mut draft, field, text, counts);
        }
        let row = self.finish(&mut draft, counts);
        self.draft = draft;
        row
    }

    /// Values of a slot, however many.
    pub fn list<'a>(&'a self, row: &'a Row, slot: usize) -> &'a [u32] {
        let held = &row[slot];
        if held & MANY != 0 {
            return &self.lists[(held & !MANY) as usize];
        }
        if *held == 0 {
            &[]
        } else {
            std::slice::from_ref(held)
        }
    }

    /// The names beyond the first.
    pub fn more_names(&self, row: &Row) -> &[Four] {
        &self.fours[row[MORE_NAMES] as usize]
    }

    /// The addresses beyond the first.
    pub fn more_places(&self, row: &Row) -> &[Four] {
        &self.fours[row[MORE_PLACES] as usize]
    }

    /// All names of a row.
    pub fn names<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = Four> + 'a {
        std::iter::once(four(row, NAME)).chain(self.more_names(row).iter().copied())
    }

    /// All addresses of a row.
    pub fn places<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = Four> + 'a {
        std::iter::once(four(row, PLACE)).chain(self.more_places(row).iter().copied())
    }

    /// Counts everything, for the values' own use and for a model to keep.
    pub fn count(&mut self) -> Counts {
        let seen = self.tally();
        let mut counts = self.values.set_counts(&seen);
        let person = self.kind == Kind::Person;
        let mut together: Vec<u32> = Vec::with_capacity(2 * self.rows.len());
        for row in &self.rows {
            if person {
                together.extend(self.names(row).map(|name| bare(name[3])));
            }
            together.extend(self.places(row).map(|place| bare(place[3])));
        }
        together.retain(|hash| *hash != 0);
        counts.count_together(together);
        let fours = &mut self.fours;
        for row in &mut self.rows {
            for (used, slot, more) in [(person, NAME, MORE_NAMES), (true, PLACE, MORE_PLACES)] {
                if used {
                    counts.set_band(&mut row[slot + 3]);
                    for four in fours[row[more] as usize].iter_mut() {
                        counts.set_band(&mut four[3]);
                    }
                }
            }
        }
        counts
    }

    /// Counts in how many rows each value stands.
    fn tally(&self) -> Vec<u32> {
        let mut seen = vec![0u32; self.values.len()];
        let mut held: Vec<ValueId> = Vec::new();
        for row in &self.rows {
            held.clear();
            self.held(row, &mut held);
            held.sort_unstable();
            held.dedup();
            for &id in &held {
                seen[id as usize] += 1;
            }
        }
        seen
    }

    fn held(&self, row: &Row, held: &mut Vec<ValueId>) {
        for name in self.names(row) {
            if self.kind == Kind::Person {
                held.extend_from_slice(&name[..3]);
            } else {
                held.push(name[0]);
                held.extend_from_slice(self.values.words(name[0]));
            }
        }
        for place in self.places(row) {
            held.extend_from_slice(&place[..3]);
        }
        for slot in [PHONE, EMAIL, IDENTIFIER, SECOND, THIRD] {
            held.extend_from_slice(self.list(row, slot));
        }
        held.retain(|&id| id != 0);
    }

    fn take(&mut self, draft: &mut Draft, field: Field, text: &str, counts: &Counts) {
        if text.trim().is_empty() {
            return;
        }
        let person = self.kind == Kind::Person;
        match field {
            Field::GivenName if person => {
                let [given, middle] = self.seen(1, text, counts, |values, raw, counts| {
                    let (first, rest) = person::given(raw);
                    [
                        values.intern(Class::Given, &first, counts),
                        values.intern(Class::Middle, &rest, counts),
                    ]
                });
                draft.given = given;
                draft.given_rest = middle;
            }
            Field::MiddleName if person => {
                [draft.middle, _] = self.seen(2, text, counts, |values, raw, counts| {
                    [values.intern(Class::Middle, &latin::fold(raw), counts), 0]
                });
            }
            Field::FamilyName if person => {
                [draft.family, _] = self.seen(3, text, counts, |values, raw, counts| {
                    [
                        values.intern(Class::Family, &person::family(raw), counts),
                        0,
                    ]
                });
            }
            Field::Name
            | Field::Alias
            | Field::GivenName
            | Field::FamilyName
            | Field::MiddleName => {
                let name = if person {
                    self.person_name(text, counts)
                } else {
                    self.plain_name(text, counts)
                };
                draft.names.push(name);
            }
            Field::BirthDate | Field::IncorporationDate => draft.dates.push(date::packed(text)),
            Field::Street => {
                [draft.street, _] = self.seen(4, text, counts, |values, raw, counts| {
                    [
                        values.intern(Class::Street, &address::street(raw).text, counts),
                        0,
                    ]
                });
            }
            Field::City => {
                [draft.city, _] = self.seen(5, text, counts, |values, raw, counts| {
                    [values.intern(Class::City, &address::city(raw), counts), 0]
                });
            }
            Field::Postcode => {
                [draft.post, _] = self.seen(6, text, counts, |values, raw, counts| {
                    [
                        values.intern(Class::Post, &address::postcode(raw), counts),
                        0,
                    ]
                });
            }
            Field::AddressFull => {
                let place = self.whole_address(text, counts);
                draft.places.push(place);
            }
            Field::Country | Field::Flag => {
                draft.country = self
                    .values
                    .intern(Class::Country, &latin::fold(text), counts);
            }
            Field::Phone => {
                if let Some(number) = contact::phone(text) {
                    draft
                        .phones
                        .push(self.values.intern(Class::Phone, &number, counts));
                }
            }
            Field::Email => {
                if let Some(mail) = contact::email(text) {
                    draft
                        .emails
                        .push(self.values.intern(Class::Email, &mail, counts));
                }
            }
            Field::Website => {
                if let Some(host) = contact::website(text) {
                    draft
                        .emails
                        .push(self.values.intern(Class::Web, &host, counts));
                }
            }
            Field::Identifier(scheme) => self.take_identifier(draft, scheme, text, counts),
            Field::Officer if !person => {
                let words = latin::fold(text);
                draft
                    .third
                    .push(self.values.intern(Class::Officer, &words, counts));
            }
            Field::Place if person => {
                let words = address::city(text);
                draft
                    .second
                    .push(self.values.intern(Class::Place, &words, counts));
            }
            Field::Trade => {
                draft
                    .third
                    .push(self.values.intern(Class::Trade, &latin::fold(text), counts))
            }
            Field::Officer | Field::Place => {}
        }
    }

    fn take_identifier(&mut self, draft: &mut Draft, scheme: Scheme, text: &str, counts: &Counts) {
        if let Some(number) = identifier::normalise(scheme, text) {
            let id = self
                .values
                .intern_identifier(scheme, &number.text, number.sound, counts);
            if self.kind != Kind::Person && matches!(scheme, Scheme::Tax | Scheme::Vat) {
                draft.second.push(id);
            } else {
                draft.identifiers.push(id);
            }
        }
    }

    /// Looks a raw spelling up among those read before, or reads it.
    fn seen(
        &mut self,
        field: u64,
        raw: &str,
        counts: &Counts,
        read: impl FnOnce(&mut Values, &str, &Counts) -> [u32; 2],
    ) -> [u32; 2] {
        let key = hash(field, raw.as_bytes());
        if let Some(&known) = self.raw.get(&key) {
            return known;
        }
        let made = read(&mut self.values, raw, counts);
        self.raw.insert(key, made);
        made
    }

    fn person_name(&mut self, raw: &str, counts: &Counts) -> Four {
        let name = person::full(raw);
        let given = self.values.intern(Class::Given, &name.given, counts);
        let family = self.values.intern(Class::Family, &name.family, counts);
        let middle = self.values.intern(Class::Middle, &name.middle, counts);
        [
            given,
            family,
            middle,
            self.values.together(Class::Full, given, family, counts),
        ]
    }

    fn plain_name(&mut self, raw: &str, counts: &Counts) -> Four {
        let name = organisation::name(raw);
        [
            self.values.intern_name(&name.words, counts),
            u32::from(name.form),
            0,
            0,
        ]
    }

    fn whole_address(&mut self, raw: &str, counts: &Counts) -> Four {
        let (street, city, post) = address::split(raw);
        let street = self
            .values
            .intern(Class::Street, &address::street(&street).text, counts);
        let city = self
            .values
            .intern(Class::City, &address::city(&city), counts);
        let post = self
            .values
            .intern(Class::Post, &address::postcode(&post), counts);
        self.place(street, city, post, counts)
    }

    fn place(&mut self, street: u32, city: u32, post: u32, counts: &Counts) -> Four {
        let local = if post != 0 { post } else { city };
        [
            street,
            city,
            post,
            self.values.together(Class::Whole, street, local, counts),
        ]
    }

    fn finish(&mut self, draft: &mut Draft, counts: &Counts) -> Row {
        let mut row = Row::default();
        if draft.given != 0 || draft.family != 0 {
            let middle = if draft.middle != 0 {
                draft.middle
            } else {
                draft.given_rest
            };
            let full = self
                .values
                .together(Class::Full, draft.given, draft.family, counts);
            draft
                .names
                .insert(0, [draft.given, draft.family, middle, full]);
        }
        if draft.street != 0 || draft.city != 0 || draft.post != 0 {
            let place = self.place(draft.street, draft.city, draft.post, counts);
            draft.places.insert(0, place);
        }
        row[MORE_NAMES] = self.spread(&mut row, NAME, &mut draft.names);
        row[MORE_PLACES] = self.spread(&mut row, PLACE, &mut draft.places);
        if self.kind != Kind::Person {
            row[NAME + 3] = draft.country;
        }
        row[DATE] = self.pack(&mut draft.dates);
        row[PHONE] = self.pack(&mut draft.phones);
        row[EMAIL] = self.pack(&mut draft.emails);
        row[IDENTIFIER] = self.pack(&mut draft.identifiers);
        row[SECOND] = self.pack(&mut draft.second);
        row[THIRD] = self.pack(&mut draft.third);
        self.sketch(&mut row);
        row
    }

    /// Writes the sketches of the first values beside their ids.
    fn sketch(&self, row: &mut Row) {
        let value = |id: u32| self.values.get(if id & MANY == 0 { id } else { 0 });
        if self.kind == Kind::Person {
            let (given, family) = (value(row[NAME]), value(row[NAME + 1]));
            let (a, b) = (
                [given.alike, given.bones, given.bag, given.aux],
                [family.alike, family.bones, family.bag],
            );
            row[GIVEN_SKETCH..GIVEN_SKETCH + 4].copy_from_slice(&a);
            row[FAMILY_SKETCH..FAMILY_SKETCH + 3].copy_from_slice(&b);
            row[MIDDLE_BAG] = value(row[NAME + 2]).bag;
        }
        let (street, city) = (value(row[PLACE]), value(row[PLACE + 1]));
        (row[STREET_BAG], row[HOUSE]) = (street.bag, street.aux);
        (row[CITY_BAG], row[CITY_ALIKE]) = (city.bag, city.alike);
        row[POST_ENDS] = value(row[PLACE + 2]).bag;
        row[PHONE_ENDS] = value(row[PHONE]).bag;
        row[EMAIL_BAG] = value(row[EMAIL]).bag;
        row[IDENTIFIER_ENDS] = value(row[IDENTIFIER]).bag;
    }

    /// Puts the first of several names or addresses into the row and the others into a list.
    fn spread(&mut self, row: &mut Row, slot: usize, all: &mut [Four]) -> u32 {
        let mut kept = 0;
        for at in 0..all.len() {
            let one = all[at];
            let again = |k: &Four| k[0] == one[0] && k[1] == one[1] && (slot == NAME || *k == one);
            if one != Four::default() && !all[..kept].iter().any(again) {
                all[kept] = one;
                kept += 1;
            }
        }
        let Some((first, more)) = all[..kept].split_first() else {
            return 0;
        };
        row[slot..slot + 4].copy_from_slice(first);
        if more.is_empty() {
            return 0;
        }
        self.fours.push(more.into());
        self.fours.len() as u32 - 1
    }

    fn pack(&mut self, ids: &mut Vec<u32>) -> u32 {
        ids.retain(|&id| id != 0);
        if ids.len() > 1 {
            ids.sort_unstable();
            ids.dedup();
        }
        match ids.as_slice() {
            [] => 0,
            [one] => *one,
            _ => {
                self.lists.push(ids.as_slice().into());
                MANY | (self.lists.len() as u32 - 1)
            }
        }
    }
}

/// Reads four neighbouring slots.
pub(crate) fn four(row: &Row, slot: usize) -> Four {
    [row[slot], row[slot + 1], row[slot + 2], row[slot + 3]]
}

/// A record while its values arrive.
#[derive(Clone, Default)]
struct Draft {
    given: u32,
    given_rest: u32,
    middle: u32,
    family: u32,
    street: u32,
    city: u32,
    post: u32,
    country: u32,
    names: Vec<Four>,
    places: Vec<Four>,
    dates: Vec<u32>,
    phones: Vec<u32>,
    emails: Vec<u32>,
    identifiers: Vec<u32>,
    second: Vec<u32>,
    third: Vec<u32>,
}

impl Draft {
    fn clear(&mut self) {
        let lists = [&mut self.dates, &mut self.phones, &mut self.emails];
        for list in
            lists
                .into_iter()
                .chain([&mut self.identifiers, &mut self.second, &mut self.third])
        {
            list.clear();
        }
        for fours in [&mut self.names, &mut self.places] {
            fours.clear();
        }
        for one in [
            &mut self.given,
            &mut self.given_rest,
            &mut self.middle,
            &mut self.family,
            &mut self.street,
            &mut self.city,
            &mut self.post,
            &mut self.country,
        ] {
            *one = 0;
        }
    }
}
