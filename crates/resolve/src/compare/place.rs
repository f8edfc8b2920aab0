//! Levels of addresses.

use super::{MISSING, edit};
use crate::table::{
    CITY_ALIKE, CITY_BAG, Four, HOUSE, MORE_PLACES, PLACE, POST_ENDS, Row, STREET_BAG, Table, four,
};
use crate::values::{Values, bags_near, band_of, ends_near};

/// Level of the nearest pair of addresses of two rows.
pub(super) fn places(table: &Table, a: &Row, b: &Row) -> u8 {
    if a[MORE_PLACES] == 0 && b[MORE_PLACES] == 0 {
        return place(&table.values, &Address::of_row(a), &Address::of_row(b));
    }
    let mut lowest = u8::MAX;
    for x in table.places(a) {
        for y in table.places(b) {
            let (x, y) = (
                Address::of_values(&table.values, x),
                Address::of_values(&table.values, y),
            );
            let level = place(&table.values, &x, &y);
            if level != MISSING {
                lowest = lowest.min(level);
            }
        }
    }
    if lowest == u8::MAX { MISSING } else { lowest }
}

/// An address (street, town, postal code, whole) with the sketches of its parts.
struct Address {
    ids: Four,
    street_bag: u32,
    house: u32,
    city_bag: u32,
    city_alike: u32,
    post_ends: u32,
}

impl Address {
    fn of_row(row: &Row) -> Address {
        Address {
            ids: four(row, PLACE),
            street_bag: row[STREET_BAG],
            house: row[HOUSE],
            city_bag: row[CITY_BAG],
            city_alike: row[CITY_ALIKE],
            post_ends: row[POST_ENDS],
        }
    }

    fn of_values(values: &Values, ids: Four) -> Address {
        let (street, city) = (values.get(ids[0]), values.get(ids[1]));
        Address {
            ids,
            street_bag: street.bag,
            house: street.aux,
            city_bag: city.bag,
            city_alike: city.alike,
            post_ends: values.get(ids[2]).bag,
        }
    }
}

/// Level of two addresses.
fn place(values: &Values, x: &Address, y: &Address) -> u8 {
    let (a, b) = (x.ids, y.ids);
    if a[3] != 0 && a[3] == b[3] {
        return 1 + band_of(a[3]).min(3);
    }
    let same_city = a[1] != 0 && (a[1] == b[1] || b[1] != 0 && near_city(values, x, y));
    let same_post = a[2] != 0 && (a[2] == b[2] || b[2] != 0 && near_post(values, x, y));
    let locality = (a[1] != 0 && b[1] != 0) || (a[2] != 0 && b[2] != 0);
    if a[0] != 0 && b[0] != 0 {
        if a[0] == b[0] {
            return if same_city || same_post { 5 } else { 6 };
        }
        if (same_city || same_post) && near_street(values, x, y) {
            return 5;
        }
    } else if !locality {
        return MISSING;
    }
    if same_post {
        7
    } else if same_city {
        8
    } else {
        9
    }
}

fn near_city(values: &Values, x: &Address, y: &Address) -> bool {
    if x.city_alike == y.city_alike {
        return true;
    }
    if !bags_near(x.city_bag, y.city_bag, 1) {
        return false;
    }
    let (s, t) = (
        values.text(x.ids[1]).as_bytes(),
        values.text(y.ids[1]).as_bytes(),
    );
    s.len().min(t.len()) >= 5 && edit::within(s, t, 1)
}

fn near_post(values: &Values, x: &Address, y: &Address) -> bool {
    if !ends_near(x.post_ends, y.post_ends) {
        return false;
    }
    let (s, t) = (
        values.text(x.ids[2]).as_bytes(),
        values.text(y.ids[2]).as_bytes(),
    );
    s.len().min(t.len()) >= 4 && edit::within(s, t, 1)
}

/// Whether two different street lines are one with a slip: the house number agrees, or only it is slightly off.
fn near_street(values: &Values, x: &Address, y: &Address) -> bool {
    let same_house = x.house == y.house;
    let limit = if same_house { 3 } else { 1 };
    if !bags_near(x.street_bag, y.street_bag, limit) {
        return false;
    }
    let (s, t) = (values.text(x.ids[0]), values.text(y.ids[0]));
    s.len().min(t.len()) >= 6
        && edit::within(s.as_bytes(), t.as_bytes(), limit)
        && (same_house || !numbers_differ(s, t))
}

/// Whether both begin with plain house numbers of one length: then they are two houses, not a slip.
fn numbers_differ(s: &str, t: &str) -> bool {
    let head = |x: &str| x.split(' ').next().unwrap_or("").to_string();
    let (x, y) = (head(s), head(t));
    let plain = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit());
    plain(&x) && plain(&y) && x.len() == y.len()
}
