//! CloudEvents 1.0 around what a source sends: as headers beside the body, or as a JSON object that holds it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// What a source sent, out of its envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// What makes the event one, whoever repeats it: its source and id; empty without an envelope.
    pub key: String,
    /// What the event is about, where the envelope says so.
    pub subject: String,
    /// Media type of the body, where it is told.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why an envelope is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event {0}")]
pub struct NoEvent(&'static str);

/// Takes a body out of its envelope. `header` gives the value of a header in lower case.
///
/// # Errors
/// When an envelope is there and lacks what the standard requires.
pub fn opened(header: &dyn Fn(&str) -> Option<String>, body: Vec<u8>) -> Result<Sent, NoEvent> {
    let media_type = header("content-type").unwrap_or_default();
    let plain = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if plain == "application/cloudevents+json" {
        return structured(&body);
    }
    if plain.starts_with("application/cloudevents") {
        return Err(NoEvent(
            "comes in a form that is not taken: send one at a time, as JSON",
        ));
    }
    if header("ce-specversion").is_none() {
        return Ok(Sent {
            media_type,
            body,
            ..Sent::default()
        });
    }
    let said = |name: &str| header(&format!("ce-{name}")).unwrap_or_default();
    let key = key_of(
        &said("specversion"),
        &said("source"),
        &said("id"),
        &said("type"),
    )?;
    Ok(Sent {
        key,
        subject: said("subject"),
        media_type,
        body,
    })
}

fn structured(body: &[u8]) -> Result<Sent, NoEvent> {
    let Ok(Value::Object(event)) = serde_json::from_slice::<Value>(body) else {
        return Err(NoEvent("is no JSON object"));
    };
    let said = |name: &str| text(&event, name);
    let key = key_of(
        &said("specversion"),
        &said("source"),
        &said("id"),
        &said("type"),
    )?;
    let body = match (event.get("data"), event.get("data_base64")) {
        (Some(_), Some(_)) => return Err(NoEvent("holds its data twice")),
        (Some(Value::String(text)), None) if !is_json(&said("datacontenttype")) => {
            text.clone().into_bytes()
        }
        (Some(value), None) => value.to_string().into_bytes(),
        (None, Some(Value::String(text))) => STANDARD
            .decode(text)
            .map_err(|_| NoEvent("holds data that is no base64"))?,
        (None, Some(_)) => return Err(NoEvent("holds data that is no base64")),
        (None, None) => Vec::new(),
    };
    Ok(Sent {
        key,
        subject: said("subject"),
        media_type: said("datacontenttype"),
        body,
    })
}

fn text(event: &Map<String, Value>, name: &str) -> String {
    let value = event.get(name).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

fn is_json(media_type: &str) -> bool {
    media_type.is_empty() || media_type.contains("json")
}

fn key_of(version: &str, source: &str, id: &str, kind: &str) -> Result<String, NoEvent> {
    if version != "1.0" {
        return Err(NoEvent("is of another version than 1.0"));
    }
    if source.is_empty() || id.is_empty() || kind.is_empty() {
        return Err(NoEvent("lacks its `id`, `source` or `type`"));
    }
    Ok(format!("{source} {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(headers: &[(&str, &str)], body: &str) -> Result<Sent, NoEvent> {
        let header = |name: &str| {
            let found = headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        opened(&header, body.as_bytes().to_vec())
    }

    #[test]
    fn both_forms_of_an_event_give_the_same() {
        let structured = from(
            &[("content-type", "application/cloudevents+json; charset=utf-8")],
            r#"{"specversion":"1.0","id":"7","source":"/register","type":"altered","subject":"k1","data":{"id":"k1"}}"#,
        )
        .unwrap();
        let binary = from(
            &[
                ("content-type", "application/json"),
                ("ce-specversion", "1.0"),
                ("ce-id", "7"),
                ("ce-source", "/register"),
                ("ce-type", "altered"),
                ("ce-subject", "k1"),
            ],
            r#"{"id":"k1"}"#,
        )
        .unwrap();
        assert_eq!(
            (
                structured.key.as_str(),
                structured.subject.as_str(),
                structured.body.as_slice()
            ),
            ("/register 7", "k1", br#"{"id":"k1"}"#.as_slice())
        );
        assert_eq!(
            (binary.key, binary.subject, binary.body),
            (structured.key, structured.subject, structured.body)
        );
        let bytes = from(
            &[("content-type", "application/cloudevents+json")],
            r#"{"specversion":"1.0","id":"7","source":"/r","type":"t","datacontenttype":"text/csv","data_base64":"YSxiCg=="}"#,
        );
        assert_eq!(bytes.unwrap().body, b"a,b\n");
        let text = from(
            &[("content-type", "application/cloudevents+json")],
            r#"{"specversion":"1.0","id":"7","source":"/r","type":"t","datacontenttype":"text/csv","data":"a,b\n"}"#,
        );
        assert_eq!(text.unwrap().body, b"a,b\n");
    }

    #[test]
    fn what_is_no_event_is_taken_as_it_is_and_half_an_event_is_not() {
        assert_eq!(from(&[], "a,b").unwrap().body, b"a,b");
        let media = [("content-type", "application/cloudevents+json")];
        for half in [
            "[]",
            "{}",
            r#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#,
            r#"{"specversion":"1.0","id":"","source":"s","type":"t"}"#,
            r#"{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"!"}"#,
        ] {
            assert!(from(&media, half).is_err(), "{half}");
        }
        assert!(
            from(
                &[("content-type", "application/cloudevents-batch+json")],
                "[]"
            )
            .is_err()
        );
        assert!(from(&[("ce-specversion", "1.0")], "x").is_err());
    }
}
