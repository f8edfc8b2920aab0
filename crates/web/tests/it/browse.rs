//! Somebody before a browser without scripts: opens pages, keeps cookies, fills forms in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::house::{Answer, House};

/// What a browser holds and shows.
pub struct Browser<'a> {
    house: &'a House,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// The page that is shown.
    pub page: String,
}

impl Browser<'_> {
    /// A new one, at a page.
    pub fn at<'a>(house: &'a House, path: &str) -> Browser<'a> {
        let mut browser = Browser {
            house,
            cookies: BTreeMap::new(),
            page: String::new(),
        };
        browser.opens(path, 200);
        browser
    }

    fn sends(&mut self, mut request: axum::http::Request<axum::body::Body>, status: u16) -> String {
        let held: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookie = held.join("; ").parse().unwrap();
        request.headers_mut().insert("cookie", cookie);
        let answer: Answer = self.house.send(request).is(status);
        for set in answer.headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        self.page = answer.text();
        let to = answer
            .headers
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        to.unwrap_or_default()
    }

    /// Opens a page; gives where it leads.
    pub fn opens(&mut self, path: &str, status: u16) -> String {
        let request = self.house.request("GET", path, "nobody", &Value::Null);
        self.sends(request, status)
    }

    /// Fills a form in and sends it: what is hidden in the page goes with it.
    pub fn fills(&mut self, path: &str, fields: &[(&str, &str)], status: u16) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let form = self
            .page
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{path}\"")))
            .and_then(|form| form.split("</form>").next())
            .unwrap_or_default();
        for hidden in form.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = hidden.split_once("\" value=\"").unwrap();
            let value = rest.split_once('"').unwrap().0;
            if fields.iter().all(|(given, _)| *given != name) {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
        let given = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.extend(fields.iter().map(given));
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", domain::open_id::written(value)))
            .collect();
        let mut request = self.house.request("POST", path, "nobody", &Value::Null);
        let kind = "application/x-www-form-urlencoded".parse().unwrap();
        request.headers_mut().insert("content-type", kind);
        *request.body_mut() = axum::body::Body::from(body.join("&"));
        self.sends(request, status)
    }

    /// What stands in the page between two texts.
    pub fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self
            .page
            .split_once(before)
            .unwrap_or_else(|| panic!("no `{before}` in {}", self.page));
        rest.split_once(after).unwrap().0.to_owned()
    }
}
