//! The pages as a browser without scripts asks for them: a cookie, forms with the token that their page holds.

use crate::http::Answer;
use crate::program::Serving;

/// Somebody at the screens.
pub struct Screens<'a> {
    pub serving: &'a Serving,
    pub session: String,
}

const BOUNDARY: &str = "trials-screen-51c0";

impl Screens<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "text/plain", "")
    }

    /// Sends a form to `path` with the token found on the page `from`.
    pub fn form(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.token(from);
        let body: Vec<String> = [("csrf", csrf.as_str())]
            .iter()
            .chain(fields)
            .map(|(name, said)| format!("{name}={}", said.replace(' ', "+")))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, kind, &body.join("&"))
    }

    /// Sends a form with a text file, as `form` does.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str)) -> Answer {
        let csrf = self.token(path);
        let mut body = String::new();
        for (name, said) in [("csrf", csrf.as_str())].iter().chain(fields) {
            body += &format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{said}\r\n"
            );
        }
        let (name, text) = file;
        body += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/plain\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", path, &kind, &body)
    }

    fn token(&self, page: &str) -> String {
        let text = self.get(page).text();
        let (_, rest) = text.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> Answer {
        let cookie = format!("predicate_session={}", self.session);
        let headers = [
            ("accept", "text/html"),
            ("cookie", &cookie),
            ("content-type", kind),
        ];
        crate::http::send(
            self.serving.address,
            method,
            path,
            &headers,
            body.as_bytes(),
        )
        .unwrap_or_else(|error| panic!("{method} {path}: {error}; {}", self.serving.said()))
    }
}
