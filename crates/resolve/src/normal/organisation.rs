//! Names of organisations: legal form apart, filler words off, dotted letters joined.

use super::latin::fold;

/// Name of an organisation taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationName {
    /// The words that distinguish it, in their order.
    pub words: Vec<String>,
    /// Family of legal forms, 0 when none is named. See [`form_family`].
    pub form: u8,
}

/// Families: 1 private limited, 2 by shares, 3 partnership, 4 foundation or association, 5 state body.
const FORMS: &[(&str, u8)] = &[
    ("ltd", 1),
    ("limited", 1),
    ("pte ltd", 1),
    ("pty ltd", 1),
    ("pvt ltd", 1),
    ("private limited", 1),
    ("co ltd", 1),
    ("company limited", 1),
    ("llc", 1),
    ("limited liability company", 1),
    ("gmbh", 1),
    ("gesellschaft mbh", 1),
    ("gesellschaft mit beschrankter haftung", 1),
    ("ug", 1),
    ("sarl", 1),
    ("sas", 1),
    ("sasu", 1),
    ("eurl", 1),
    ("srl", 1),
    ("sl", 1),
    ("slu", 1),
    ("sociedad limitada", 1),
    ("sp z o o", 1),
    ("sp zoo", 1),
    ("spolka z o o", 1),
    ("ooo", 1),
    ("obschestvo s ogranichennoy otvetstvennostyu", 1),
    ("tov", 1),
    ("bv", 1),
    ("doo", 1),
    ("d o o", 1),
    ("sro", 1),
    ("s r o", 1),
    ("kft", 1),
    ("ltda", 1),
    ("lda", 1),
    ("oy", 1),
    ("aps", 1),
    ("epe", 1),
    ("fze", 1),
    ("fzco", 1),
    ("fz llc", 1),
    ("dmcc", 1),
    ("sdn bhd", 1),
    ("ltd sti", 1),
    ("limited sirketi", 1),
    ("eood", 1),
    ("ood", 1),
    ("sia", 1),
    ("uab", 1),
    ("ou", 1),
    ("plc", 2),
    ("public limited company", 2),
    ("inc", 2),
    ("incorporated", 2),
    ("corp", 2),
    ("corporation", 2),
    ("ag", 2),
    ("aktiengesellschaft", 2),
    ("sa", 2),
    ("s a", 2),
    ("sociedad anonima", 2),
    ("societe anonyme", 2),
    ("spa", 2),
    ("s p a", 2),
    ("nv", 2),
    ("ab", 2),
    ("as", 2),
    ("a s", 2),
    ("asa", 2),
    ("oyj", 2),
    ("ae", 2),
    ("oao", 2),
    ("zao", 2),
    ("pao", 2),
    ("ao", 2),
    ("jsc", 2),
    ("ojsc", 2),
    ("cjsc", 2),
    ("pjsc", 2),
    ("open joint stock company", 2),
    ("joint stock company", 2),
    ("closed joint stock company", 2),
    ("public joint stock company", 2),
    ("otkrytoe aktsionernoe obschestvo", 2),
    ("aktsionernoe obschestvo", 2),
    ("kk", 2),
    ("kabushiki kaisha", 2),
    ("se", 2),
    ("zrt", 2),
    ("nyrt", 2),
    ("ad", 2),
    ("ead", 2),
    ("sa de cv", 2),
    ("berhad", 2),
    ("bhd", 2),
    ("tbk", 2),
    ("anonim sirketi", 2),
    ("llp", 3),
    ("lp", 3),
    ("kg", 3),
    ("gmbh and co kg", 3),
    ("ohg", 3),
    ("cv", 3),
    ("snc", 3),
    ("partnership", 3),
    ("limited partnership", 3),
    ("foundation", 4),
    ("stiftung", 4),
    ("ev", 4),
    ("association", 4),
    ("fundacion", 4),
    ("gup", 5),
    ("fgup", 5),
    ("state enterprise", 5),
];
const FILLER: &[&str] = &[
    "the", "and", "of", "co", "company", "de", "la", "le", "und", "et", "y", "for",
];

/// Takes a name apart.
pub fn name(raw: &str) -> OrganisationName {
    let spelled = raw.replace(['&', '+'], " and ");
    let folded = join_letters(&fold(&spelled));
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let (kept, form) = strip_form(&words);
    let mut core: Vec<String> = kept
        .iter()
        .filter(|w| !FILLER.contains(w))
        .map(|w| (*w).to_string())
        .collect();
    if core.is_empty() {
        core = kept.iter().map(|w| (*w).to_string()).collect();
    }
    if core.is_empty() {
        core = words.iter().map(|w| (*w).to_string()).collect();
    }
    OrganisationName { words: core, form }
}

/// Words for a family of legal forms.
pub fn form_family(form: u8) -> &'static str {
    match form {
        1 => "private limited",
        2 => "by shares",
        3 => "partnership",
        4 => "foundation or association",
        5 => "state enterprise",
        _ => "none named",
    }
}

/// Joins runs of single letters: "a b c holdings" becomes "abc holdings".
fn join_letters(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut previous_single = false;
    for word in folded.split(' ') {
        let single = word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let glued = single && previous_single;
        if !out.is_empty() && !glued {
            out.push(' ');
        }
        out.push_str(word);
        previous_single = single;
    }
    out
}

/// Takes legal forms off the end (several may follow each other), or one off the beginning.
fn strip_form<'a>(words: &[&'a str]) -> (Vec<&'a str>, u8) {
    let mut kept: Vec<&str> = words.to_vec();
    let mut form = 0;
    while let Some((length, family)) = longest_form(&kept, false) {
        if length >= kept.len() {
            break;
        }
        kept.truncate(kept.len() - length);
        form = if form == 0 { family } else { form };
    }
    if form == 0
        && let Some((length, family)) = longest_form(&kept, true)
        && length < kept.len()
    {
        kept.drain(..length);
        form = family;
    }
    (kept, form)
}

/// Finds the longest legal form at one end: number of words and family.
fn longest_form(words: &[&str], at_start: bool) -> Option<(usize, u8)> {
    (1..=5usize.min(words.len())).rev().find_map(|length| {
        let part = if at_start {
            words.get(..length)?
        } else {
            words.get(words.len() - length..)?
        };
        let text = part.join(" ");
        FORMS
            .iter()
            .find(|(form, _)| *form == text)
            .map(|(_, family)| (length, *family))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_off() {
        let check = |raw: &str, words: &str, form: u8| {
            let n = name(raw);
            assert_eq!((n.words.join(" ").as_str(), n.form), (words, form), "{raw}");
        };
        check("Orion Quay Trading Ltd.", "orion quay trading", 1);
        check("ООО Северный Порт", "severnyy port", 1);
        check("Meridian Sp. z o.o.", "meridian", 1);
        check("Atlas Steel S.A.", "atlas steel", 2);
        check(
            "Collins & Drake Engineering Limited",
            "collins drake engineering",
            1,
        );
        check("A.B.C. Holdings PLC", "abc holdings", 2);
        check("Limited", "limited", 0);
    }
}
