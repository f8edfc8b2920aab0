//! Public bodies of the port: those that buy, employ officials and write letters.

/// A public body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) number: u64,
    pub(crate) name: &'static str,
    pub(crate) short: &'static str,
}

const fn body(number: u64, name: &'static str, short: &'static str) -> Body {
    Body {
        number,
        name,
        short,
    }
}

/// All of them; the port's own authority first.
pub(crate) const BODIES: [Body; 8] = [
    body(1, "Merravin Port Authority", "port"),
    body(2, "Merravin City Council", "council"),
    body(3, "Merravin Ministry of Finance", "finance"),
    body(4, "Merravin Coast Guard", "coastguard"),
    body(5, "Merravin Public Hospitals", "hospitals"),
    body(6, "Merravin Waterworks", "waterworks"),
    body(7, "Merravin Department of Schools", "schools"),
    body(8, "Merravin Roads and Bridges Agency", "roads"),
];

impl Body {
    /// The port authority, which the story needs.
    pub(crate) const PORT: Self = body(1, "Merravin Port Authority", "port");

    pub(crate) fn id(self) -> String {
        format!("body:{:02}", self.number)
    }

    /// The number under which others cite it.
    pub(crate) fn cited(self) -> String {
        format!("QM-GOV-{:02}", self.number)
    }
}
