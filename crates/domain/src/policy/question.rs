//! What was put to the rules: who, what, to which thing, with everything that the rules could see. It is kept beside the
//! log, so that a decision can be replayed later against the rules of its day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::sha256_hex;

/// A value that rules can see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// True or false.
    #[serde(rename = "is")]
    Truth(bool),
    /// A number; moments are microseconds since 1970.
    #[serde(rename = "number")]
    Number(i64),
    /// Words.
    #[serde(rename = "text")]
    Text(String),
    /// A user's id.
    #[serde(rename = "user")]
    User(String),
    /// Several.
    #[serde(rename = "set")]
    Set(Vec<Value>),
}

/// Something with what the rules can see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Its type in the rules' schema.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What the rules can see of it.
    pub attributes: BTreeMap<String, Value>,
}

/// A request with everything that the rules could see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The action's name in the rules.
    pub act: String,
    /// Who asks.
    pub principal: Thing,
    /// What it is to be done to.
    pub resource: Thing,
    /// The rest.
    pub context: BTreeMap<String, Value>,
    /// The datasets of the case's scope, each of which was asked about if the act was allowed.
    pub datasets: Vec<Thing>,
    /// The case's purpose, for the datasets.
    pub purpose: String,
}

/// A question as it is kept: its parts lie once for all decisions that share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// SHA-256 of the body; the log's entry names it.
    pub digest: String,
    /// The question with digests in the place of its parts.
    pub body: String,
    /// Each part's digest with its text.
    pub parts: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    act: String,
    principal: String,
    resource: String,
    context: BTreeMap<String, Value>,
    datasets: String,
    purpose: String,
}

impl Question {
    /// Packs it.
    pub fn packed(&self) -> Packed {
        let part = |text: String| (sha256_hex(text.as_bytes()), text);
        let principal = part(serde_json::to_string(&self.principal).unwrap_or_default());
        let resource = part(serde_json::to_string(&self.resource).unwrap_or_default());
        let datasets = part(serde_json::to_string(&self.datasets).unwrap_or_default());
        let body = Body {
            act: self.act.clone(),
            principal: principal.0.clone(),
            resource: resource.0.clone(),
            context: self.context.clone(),
            datasets: datasets.0.clone(),
            purpose: self.purpose.clone(),
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        Packed {
            digest: sha256_hex(body.as_bytes()),
            body,
            parts: vec![principal, resource, datasets],
        }
    }

    /// Unpacks one whose body has this digest; nothing where a text is not what its digest says.
    pub fn unpacked(
        digest: &str,
        body: &str,
        part: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        if sha256_hex(body.as_bytes()) != digest {
            return None;
        }
        let body: Body = serde_json::from_str(body).ok()?;
        let text = |digest: &str| part(digest).filter(|text| sha256_hex(text.as_bytes()) == digest);
        Some(Self {
            principal: serde_json::from_str(&text(&body.principal)?).ok()?,
            resource: serde_json::from_str(&text(&body.resource)?).ok()?,
            datasets: serde_json::from_str(&text(&body.datasets)?).ok()?,
            act: body.act,
            context: body.context,
            purpose: body.purpose,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_out_alike_and_a_changed_part_does_not_come_out() {
        let thing = |kind: &str, open: bool| Thing {
            kind: kind.into(),
            id: "7".into(),
            attributes: [("open".to_owned(), Value::Truth(open))].into(),
        };
        let question = Question {
            act: "search".into(),
            principal: thing("User", true),
            resource: thing("Case", true),
            context: [("now".to_owned(), Value::Number(12))].into(),
            datasets: vec![thing("Dataset", true)],
            purpose: "fraud".into(),
        };
        let packed = question.packed();
        let kept: BTreeMap<String, String> = packed.parts.iter().cloned().collect();
        let out = Question::unpacked(&packed.digest, &packed.body, |digest| {
            kept.get(digest).cloned()
        });
        assert_eq!(out, Some(question));
        let forged = Question::unpacked(&packed.digest, &packed.body, |_| {
            Some(serde_json::to_string(&thing("User", false)).unwrap())
        });
        assert_eq!(forged, None);
        let body = packed.body.replace("12", "13");
        assert_eq!(
            Question::unpacked(&packed.digest, &body, |_| None),
            None,
            "the entry names another digest"
        );
    }
}
