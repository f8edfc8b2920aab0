//! What is sent to each route.

use serde_json::{Value, json};

use super::{Route, Stage, breach, matching_agreement, token};

impl Stage {
    /// A well-formed JSON body for a route; null for routes without one and for forms.
    pub fn body(&self, route: &Route, who: &str) -> Value {
        let later = domain::time::Moment::from_micros(1_900_000_100_000_000).to_rfc3339();
        match route.name().as_str() {
            "POST /api/incidents" => breach(&self.house),
            "POST /api/incidents/{incident}/steps" => {
                json!({ "kind": "note", "words": "the lock was changed" })
            }
            "PUT /api/look-up-reviews/share" => json!({ "per_thousand": 0, "days": 7 }),
            "PUT /api/look-up-reviews/marks" => {
                json!({ "dataset": "register", "key": "7", "mark": "colleague", "words": "works here" })
            }
            "POST /api/cases/{case}/look-up-reviews/{review}" => {
                json!({ "verdict": "fit", "words": "the owner of the bidder" })
            }
            "POST /api/me/look-up-reviews/{review}" => json!({ "words": "she signed" }),
            "POST /api/session" => json!({ "name": "ines", "password": crate::house::PASSWORD }),
            "POST /api/session/code" | "POST /api/me/factors/{factor}/confirmation" => {
                json!({ "code": "000000" })
            }
            "POST /api/session/invitation" => json!({ "password": crate::house::PASSWORD }),
            "POST /api/session/first" => {
                json!({ "name": "first", "title": "F", "password": crate::house::PASSWORD })
            }
            "PUT /api/me/password" => {
                json!({ "old": crate::house::PASSWORD, "password": crate::house::PASSWORD })
            }
            "POST /api/me/factors" => {
                json!({ "label": "key ring", "password": crate::house::PASSWORD })
            }
            "POST /api/me/tokens" => token(),
            "PUT /api/users/{user}/roles" => json!({ "roles": ["investigator"] }),
            "PUT /api/second-factor-roles" => json!({ "roles": [] }),
            "PUT /api/cases/{case}/protection" => {
                json!({ "protected": false, "reason": "nothing would be harmed" })
            }
            "PUT /api/users/{user}/unit" => json!({ "unit": "" }),
            "PUT /api/users/{user}/person" => json!({ "person": "" }),
            "PUT /api/users/{user}/title" => json!({ "title": "Nils of the house" }),
            "PUT /api/users/{user}/deputy" => json!({
                "deputy": self.house.who("jonas").user.id.to_string(),
                "from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z" }),
            "PUT /api/log/periods/{kind}" => json!({ "days": 4000, "source": "archive act" }),
            "POST /api/cases/{case}/log-extracts" => {
                json!({ "purpose": "criminal_proceedings", "entries": [1] })
            }
            "POST /api/cases" => {
                json!({ "title": "T", "predicate": "P", "kinds": ["organisations"], "days": 9 })
            }
            "POST /api/cases/{case}/decision" => json!({ "decision": "approve" }),
            "POST /api/cases/{case}/close" => json!({ "outcome": "referred" }),
            "POST /api/tips" => json!({ "words": "The dredger is never there." }),
            "POST /api/tips/follow" => json!({ "code": self.tip_code }),
            "POST /api/tips/additions" => json!({ "code": self.tip_code, "words": "In March." }),
            "POST /api/tips/{tip}/steps" => json!({ "step": "asked", "words": "Which month?" }),
            "POST /api/tips/{tip}/prior-check" => json!({ "name": "Oda Karlsen" }),
            "POST /api/cases/{case}/phase" => {
                json!({ "phase": "Analysis", "words": "all is here" })
            }
            "POST /api/cases/{case}/suspend" | "POST /api/cases/{case}/reopen" => {
                json!({ "reason": "a court decides first", "days": 30 })
            }
            "PUT /api/datasets/{dataset}/processing" => {
                json!({ "data_subjects": "owners", "data_categories": "names",
                "retention": "five years" })
            }
            "POST /api/processing/recipients" => {
                json!({ "name": "Coast Guard", "category": "authority" })
            }
            "POST /api/assessments" => json!({ "title": "Faces", "words": "necessary" }),
            "POST /api/assessments/{assessment}/decision" => {
                json!({ "approved": true, "words": "looked at in the board" })
            }
            "POST /api/cases/{case}/basis" => {
                json!({ "basis": "complaint", "words": "the bank complained", "days": 90 })
            }
            "POST /api/cases/{case}/links" => {
                json!({ "other": self.closing_number, "words": "the same bidder" })
            }
            "POST /api/cases/{case}/merges" => {
                json!({ "from": self.giving_number, "reason": "one matter" })
            }
            "POST /api/cases/{case}/intelligence" => json!({
                "words": "He was seen at the quay.", "sensitivity": "confidential", "reliability": "unknown",
                "validity": "cannot_be_judged", "body": "Coast Guard",
            }),
            "PUT /api/cases/{case}/members/{user}" => json!({ "rank": "reader" }),
            "POST /api/cases/{case}/membership-requests" => json!({ "words": "I know the berth" }),
            "PUT /api/cases/{case}/reason" => {
                json!({ "line": "ownership", "settles": "who owns the bidder" })
            }
            "POST /api/cases/{case}/search" | "POST /api/search" => json!({ "text": "Aldgrund" }),
            "POST /api/cases/{case}/search/table" => {
                let mut body = crate::disclosure::told();
                body["form"] = "csv".into();
                body["question"] = json!({ "text": "Aldgrund" });
                body
            }
            "POST /api/cases/{case}/identities/split" => {
                json!({ "a": self.a, "b": self.b, "reason": "two seats" })
            }
            "POST /api/cases/{case}/judgements" | "POST /api/judgements" => {
                json!({ "a": self.a, "b": self.b, "verdict": "same", "reason": "one seat" })
            }
            "POST /api/cases/{case}/subjects" => json!({ "record": self.a }),
            "POST /api/cases/{case}/interests" => json!({ "conflict": false }),
            "POST /api/cases/{case}/purpose-decisions" => {
                json!({ "from": self.other.to_string(), "reason": "both concern one contract" })
            }
            "POST /api/cases/{case}/members/{user}/look-ups" => {
                json!({ "extra": 10, "reason": "a long list of bidders" })
            }
            "POST /api/cases/{case}/emergencies" => {
                json!({ "at_risk": "life", "reason": "a witness is threatened", "minutes": 30 })
            }
            "POST /api/cases/{case}/emergencies/{emergency}/review" => {
                json!({ "justified": true, "words": "the shredder was running" })
            }
            "POST /api/cases/{case}/subjects/{subject}/decision" => {
                json!({ "decision": "approve" })
            }
            "POST /api/cases/{case}/disclosures" => crate::disclosure::told(),
            "POST /api/cases/{case}/board/views" => json!({ "name": "Owners", "kept": {} }),
            "POST /api/cases/{case}/board/export" => {
                let mut body = crate::disclosure::told();
                body["format"] = "graphml".into();
                body
            }
            "POST /api/cases/{case}/evidence/{item}/custody" => {
                let to = if who == "ines" { "kai" } else { "ines" };
                let to = self.house.who(to).user.id.to_string();
                json!({ "to": to, "place": "strong room", "reason": "to be read there" })
            }
            "DELETE /api/cases/{case}/evidence/{item}" => {
                json!({ "reason": "taken in by mistake" })
            }
            "PUT /api/cases/{case}/notes/{note}" => json!({
                "kind": "note", "title": "T", "text": "t", "from": "2024-05-03T10:00:00Z",
            }),
            "POST /api/cases/{case}/tasks" => json!({ "title": "Ask the bank", "working_days": 5 }),
            "POST /api/cases/{case}/tasks/{task}/steps" => {
                json!({ "step": "assigned", "assignee": self.house.who("kai").user.id.to_string() })
            }
            "POST /api/cases/{case}/tasks/{task}/acceptance" => json!({ "accepted": true }),
            "POST /api/cases/{case}/hypotheses" => json!({ "title": "One firm" }),
            "POST /api/cases/{case}/hypotheses/{hypothesis}/weighings" => {
                json!({ "about": format!("note:{}", self.note), "bears": "for", "words": "same seat" })
            }
            "POST /api/cases/{case}/reports" => json!({}),
            "POST /api/cases/{case}/reports/{report}/comments" => json!({ "words": "by whom?" }),
            "POST /api/cases/{case}/reports/{report}/decision" => {
                json!({ "decision": "approve", "hash": "0".repeat(64) })
            }
            "POST /api/cases/{case}/reports/{report}/disclosures" => crate::disclosure::told(),
            "PUT /api/report-templates/{name}" => json!({ "body": "# {{case.title}}" }),
            "POST /api/cases/{case}/passages" => {
                json!({ "item": self.paper, "page": 1, "first_line": 1, "last_line": 1 })
            }
            "POST /api/cases/{case}/readings" => json!({ "what": "failed" }),
            "PUT /api/cases/{case}/reading-way" => {
                json!({ "recognise": true, "languages": ["eng"] })
            }
            "POST /api/cases/{case}/uploads" => {
                json!({ "key": who, "name": "stick", "source": "the office", "collector": "Ines",
                    "collected": "2026-03-02", "place": "Port", "tool": "by hand", "authority": "warrant" })
            }
            "POST /api/cases/{case}/uploads/{upload}/files" => {
                json!({ "files": [{ "path": "a/b.txt", "size": 9 }] })
            }
            "POST /api/cases/{case}/searches" => json!({ "words": "berth", "reason": "who paid?" }),
            "POST /api/cases/{case}/searches/batch" => {
                json!({ "lines": [{ "words": "berth", "reason": "who paid?" }] })
            }
            "PUT /api/cases/{case}/evidence/{item}/mark" => json!({ "tag": "key", "set": true }),
            "POST /api/cases/{case}/mentions" => json!({}),
            "POST /api/cases/{case}/certifications" => crate::tables::offered(&self.paper),
            "POST /api/cases/{case}/certifications/{certification}/notices" => {
                json!({ "party": "the defence", "way": "by hand", "served": "2026-03-12" })
            }
            "POST /api/cases/{case}/tables" => crate::tables::mapped(&self.sheet),
            "POST /api/cases/{case}/tables/draft" => json!({ "item": self.sheet }),
            "POST /api/cases/{case}/tables/{table}/withdrawal" => json!({ "reason": "wrong year" }),
            "POST /api/cases/{case}/mentions/{mention}/judgement" => {
                json!({ "accepted": true, "reason": "so it says" })
            }
            "POST /api/cases/{case}/notes" => json!({ "kind": "note", "title": "T", "text": "t" }),
            "POST /api/datasets" => {
                json!({ "name": format!("of_{who}"), "title": "T", "publisher": "P", "agreement": {
                "purposes": ["fraud"], "authority": "open data", "matching": false, "standing_rules": false,
                "from": "2026-01-01T00:00:00Z", "until": "2036-01-01T00:00:00Z", "terms": "open" } })
            }
            "PUT /api/datasets/{dataset}/agreement" => json!({
                "purposes": domain::authority::Purpose::ALL.iter().map(|purpose| purpose.word()).collect::<Vec<_>>(),
                "authority": "open data", "matching": true, "standing_rules": true,
                "from": "2026-01-01T00:00:00Z", "until": "2076-01-01T00:00:00Z", "terms": "open" }),
            "POST /api/cases/{case}/subscriptions" => {
                json!({ "way": "webhook", "address": format!("https://1.1.1.1/{who}") })
            }
            "POST /api/sources" => {
                json!({ "name": format!("of_{who}"), "dataset": "list", "way": "push" })
            }
            "POST /api/sources/{source}/handling" => json!({ "handling": "pause" }),
            "POST /api/releases/{release}/refused" => json!({ "mapping": "ftm" }),
            "POST /api/releases/{release}/decision" => {
                json!({ "decision": "abandon", "reason": "cut short" })
            }
            "POST /api/matching" => json!({}),
            "POST /api/matching/agreements" | "PUT /api/matching/agreements/{agreement}" => {
                matching_agreement()
            }
            "POST /api/matching/agreements/{agreement}/notice" => json!({ "words": "letter 12" }),
            "POST /api/matching/agreements/{agreement}/renewal" => {
                json!({ "until": "2030-11-17T00:00:00Z" })
            }
            "POST /api/matching/agreements/{agreement}/end" => json!({ "reason": "withdrawn" }),
            "PUT /api/matching/{dataset}" => {
                json!({ "each_once": true, "reason": "one number for each" })
            }
            "PUT /api/matching" => json!({ "running": false, "reason": "twins are taken for one" }),
            "POST /api/cases/{case}/challenges" => {
                json!({ "a": self.a, "b": self.b, "reason": "not me" })
            }
            "POST /api/users" => {
                json!({ "name": format!("new-{who}"), "title": "T", "roles": [], "password": crate::house::PASSWORD })
            }
            "PUT /api/users/{user}/disabled" => json!({ "disabled": false }),
            "POST /api/clock" => json!({ "shows": later }),
            "POST /api/test-clock" => json!({ "to": later }),
            _ => Value::Null,
        }
    }
}
