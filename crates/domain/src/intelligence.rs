//! Labels of intelligence: who may see it, how reliable its source is, how far its content is borne out.
//!
//! After 28 CFR 23.20(g). An item without one of them is not held.

/// Declares a label with its words and what they mean.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $title:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word used in tables and answers.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// In words for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
            /// Finds the label of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|label| label.word() == word)
            }
        }
    };
}

label! {
    /// Who may see an item.
    Sensitivity {
        /// Whoever works in the case.
        Sensitive = "sensitive", "sensitive: the team, and others one by one";
        /// The team and whoever has a need to know.
        Confidential = "confidential", "confidential: who needs to know";
        /// Any body that may have intelligence.
        Restricted = "restricted", "restricted: bodies that may hold intelligence";
        /// Anybody.
        Open = "open", "open";
    }
}

label! {
    /// How reliable the source is.
    Reliability {
        /// It has proved right.
        Reliable = "reliable", "reliable";
        /// It has mostly proved right.
        UsuallyReliable = "usually_reliable", "usually reliable";
        /// It has proved wrong.
        Unreliable = "unreliable", "unreliable";
        /// Nothing is known of it.
        Unknown = "unknown", "unknown";
    }
}

label! {
    /// How far the content is borne out.
    Validity {
        /// By another source, independent of the first.
        Confirmed = "confirmed", "confirmed by another source";
        /// It agrees with what is known.
        Probable = "probable", "probable: agrees with what is known";
        /// It does not agree with what is known.
        Doubtful = "doubtful", "doubtful";
        /// It cannot be judged.
        CannotBeJudged = "cannot_be_judged", "cannot be judged";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_by_its_word_and_nothing_else() {
        assert_eq!(
            Reliability::from_word("usually_reliable"),
            Some(Reliability::UsuallyReliable)
        );
        assert_eq!(
            Validity::from_word("cannot_be_judged"),
            Some(Validity::CannotBeJudged)
        );
        assert_eq!(Sensitivity::from_word(""), None);
        assert_eq!(Sensitivity::from_word("SENSITIVE"), None);
    }
}
