//! One's own account: password, second factor, recovery codes, tokens of programs.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::account::Protection;
use desk::sign_in::Visitor;
use desk::tokens::{NewToken, TokenPurpose};
use desk::{ApiToken, DeskError};
use domain::authority::Origin;
use domain::id::{FactorId, SessionId};
use domain::time::Moment;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, not_from_here, shown, written};
use super::stop::sentence;
use crate::Web;
use crate::problem::Problem;
use crate::session::{cookie, form_token_fits, set_cookie};
use pages::account::{Account, FactorRow, LinkRow, Step, TokenRow, code_field, new_password_field};
use pages::format;
use pages::parts::{Choice, Field, FieldError, FieldKind, Tag, Tone};

pub(super) async fn page(here: Here) -> Answer {
    let page = read(&here, Vec::new()).await?;
    shown(&page)
}

async fn read(here: &Here, errors: Vec<FieldError>) -> Result<Account, super::stop::Stop> {
    let visitor = here.visitor.clone();
    let (protection, tokens, links, now) = here
        .ask("reading your account", move |desk, _| {
            Ok((
                desk.protection(&visitor)?,
                desk.tokens(&visitor)?,
                desk.own_links(&visitor)?,
                desk.now(),
            ))
        })
        .await?;
    let known = here.web.desk.providers();
    let link = if known.is_empty() {
        Vec::new()
    } else {
        let choice = |(name, title): &(String, String)| Choice::new(name, title, "");
        vec![
            Field::text("provider", "Provider")
                .required()
                .options(known.iter().map(choice).collect()),
            Field::text("link_password", "Password")
                .kind(FieldKind::Password)
                .hint("Not needed with a second factor that you have proved."),
        ]
    };
    let choices = TokenPurpose::ALL
        .iter()
        .map(|purpose| Choice::new(purpose.word(), purpose.title(), ""));
    let faces = vec![
        Choice::new("api", "HTTP interface", ""),
        Choice::new("command_line", "Command line", ""),
    ];
    Ok(Account {
        frame: desk_frame(&here.visitor, "Your account", ""),
        errors,
        warning: warning(&protection),
        facts: facts(here, &protection),
        factors: protection
            .factors
            .iter()
            .map(|factor| FactorRow {
                label: factor.label.clone(),
                kind: if factor.kind == "passkey" {
                    "passkey"
                } else {
                    "authenticator"
                }
                .to_owned(),
                since: format::day(factor.created.micros()),
                state: if factor.confirmed {
                    Tag::new("works", Tone::Confirmed)
                } else {
                    Tag::new("waits for its first code", Tone::Attention)
                },
                remove: format!("/account/factors/{}/remove", factor.id),
            })
            .collect(),
        has_factor: protection.factors.iter().any(|factor| factor.confirmed),
        password: vec![
            Field::text("old", "Present password")
                .required()
                .kind(FieldKind::Password),
            new_password_field("New password"),
        ],
        passkeys: here.web.desk.party().is_some(),
        links: links
            .iter()
            .map(|link| LinkRow {
                provider: link.provider.clone(),
                since: format::day(link.created.micros()),
                remove: format!("/account/links/{}/remove", link.id),
            })
            .collect(),
        link,
        tokens: tokens.iter().map(|token| row(token, now)).collect(),
        token: vec![
            Field::text("name", "Name of the program").required(),
            Field::text("purpose", "For what")
                .required()
                .options(choices.collect()),
            Field::text("audience", "Shown where")
                .required()
                .options(faces),
            Field::text("case", "Case").hint("The id in the case's address; empty for deliveries."),
            Field::text("days", "Days").required().hint("At most 90."),
        ],
    })
}

fn warning(protection: &Protection) -> String {
    if protection.wrong_codes == 0 {
        return String::new();
    }
    let tried = format::counted(protection.wrong_codes, "wrong code was", "wrong codes were");
    let shut = if protection.locked {
        " No code is looked at for an hour after the tenth; a recovery code still is."
    } else {
        ""
    };
    format!(
        "{tried} tried for your account within a day. If it was not you, somebody knows your password: replace it.{shut}"
    )
}

fn facts(here: &Here, protection: &Protection) -> Vec<(String, String)> {
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let proved = match protection.proved_until {
        Some(until) => format!("until {}", format::second(until.micros())),
        None => "not within the last ten minutes".to_owned(),
    };
    vec![
        fact("Sign-in name", here.visitor.user.name.clone()),
        fact(
            "Sessions that are good now",
            protection.sessions.to_string(),
        ),
        fact(
            "Second factor",
            if protection.must {
                "a must for your role here".to_owned()
            } else {
                "your choice".to_owned()
            },
        ),
        fact("Proved in this session", proved),
        fact("Recovery codes left", protection.codes_left.to_string()),
    ]
}

fn row(token: &ApiToken, now: Moment) -> TokenRow {
    let good = token.ended.is_none() && now < token.expires;
    let purpose = TokenPurpose::from_word(&token.purpose).map_or("", TokenPurpose::title);
    TokenRow {
        name: token.name.clone(),
        purpose: purpose.to_owned(),
        until: format::day(token.expires.micros()),
        state: match (good, token.ended.is_some()) {
            (true, _) => Tag::new("good", Tone::Confirmed),
            (_, true) => Tag::new("revoked", Tone::Plain),
            _ => Tag::new("run out", Tone::Plain),
        },
        revoke: if good {
            format!("/account/tokens/{}/revoke", token.session)
        } else {
            String::new()
        },
    }
}

/// The page once more, with what was wrong in one of its forms.
pub(super) async fn again(here: &Here, stop: super::stop::Stop) -> Answer {
    let text = match (&stop.error, stop.field()) {
        (_, Some((_, reason))) => reason,
        (DeskError::Conflict(reason), _) => sentence(reason),
        (DeskError::TooMany { .. }, _) => sentence(&stop.error.to_string()),
        _ => return Err(stop),
    };
    let fault = FieldError {
        text,
        ..FieldError::default()
    };
    let page = read(here, vec![fault]).await?;
    super::ask::mended(&page)
}

pub(super) async fn password(Sent { here, form }: Sent) -> Answer {
    let visitor = here.visitor.clone();
    // Blanks belong to a password.
    let raw = |name: &str| form.all(name).next().unwrap_or_default().to_owned();
    let (old, new) = (raw("old"), raw("password"));
    let done = here
        .ask("replacing your password", move |desk, _| {
            desk.change_password(&visitor, &old, &new)
        })
        .await;
    match done {
        Ok(()) => go("/sign-in"),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn remove(Path(factor): Path<String>, Sent { here, .. }: Sent) -> Answer {
    let factor: FactorId = here.id(&factor)?;
    let visitor = here.visitor.clone();
    let done = here
        .ask("taking a second factor away", move |desk, _| {
            desk.remove_factor(&visitor, factor)
        })
        .await;
    match done {
        Ok(()) => go("/account"),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn recovery_codes(Sent { here, .. }: Sent) -> Answer {
    let visitor = here.visitor.clone();
    let codes = here
        .ask("making recovery codes", move |desk, _| {
            desk.renew_recovery_codes(&visitor)
        })
        .await;
    match codes {
        Ok(codes) => shown(&Step {
            frame: desk_frame(&here.visitor, "Your recovery codes", ""),
            why: CODES_ONCE.to_owned(),
            once: codes,
            on_href: "/account".to_owned(),
            ..Step::default()
        }),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) const CODES_ONCE: &str = "Write these down and keep them away from your authenticator. Each is good once in its place, and \
                          they are shown this one time.";

pub(super) async fn add_token(Sent { here, form }: Sent) -> Answer {
    let visitor = here.visitor.clone();
    let calendar = form.get("purpose") == TokenPurpose::Calendar.word();
    let face = [Origin::Api, Origin::CommandLine]
        .into_iter()
        .find(|origin| origin.word() == form.get("audience"));
    let made = here
        .ask("making a token", move |desk, _| {
            let malformed = DeskError::malformed;
            let case = match form.get("case") {
                "" => None,
                text => Some(
                    text.parse()
                        .map_err(|_| malformed("case", "is no id of a case"))?,
                ),
            };
            let new = NewToken {
                name: form.get("name").to_owned(),
                purpose: TokenPurpose::from_word(form.get("purpose"))
                    .ok_or_else(|| malformed("purpose", "choose what the token is for"))?,
                audience: face.ok_or_else(|| malformed("audience", "choose where it is shown"))?,
                case,
                days: form.get("days").parse().unwrap_or(0),
            };
            desk.add_token(&visitor, &new)
        })
        .await;
    match made {
        Ok((_, token)) => shown(&Step {
            frame: desk_frame(&here.visitor, "The new token", ""),
            why: match calendar {
                true => "Give your calendar this address, behind the name of this desk. It is shown this one time; \
                    whoever has it sees numbers of your cases and days, no titles and no names."
                    .to_owned(),
                false => "Give it to the program. It is shown this one time.".to_owned(),
            },
            once: vec![match calendar {
                true => format!("/calendar/{token}.ics"),
                false => token,
            }],
            on_href: "/account".to_owned(),
            ..Step::default()
        }),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn revoke_token(Path(token): Path<String>, Sent { here, .. }: Sent) -> Answer {
    let token: SessionId = here.id(&token)?;
    let visitor = here.visitor.clone();
    here.ask("revoking a token", move |desk, _| {
        desk.revoke_token(&visitor, token)
    })
    .await?;
    go("/account")
}

fn prove_page(here: &Here, failed: &str) -> Step {
    Step {
        frame: desk_frame(&here.visitor, "Prove your second factor", ""),
        why: "Approving a case, erasing, disclosing and administering take a proof of the last ten minutes.".to_owned(),
        failed: failed.to_owned(),
        action: "/account/prove".to_owned(),
        fields: vec![code_field()],
        button: "Prove".to_owned(),
        ..Step::default()
    }
}

pub(super) async fn prove_form(here: Here) -> Answer {
    let visitor = here.visitor.clone();
    let asked = here
        .ask("proving your second factor", move |desk, _| {
            desk.ask_for_passkey(Some(&visitor))
        })
        .await?;
    shown(&Step {
        passkey: asked.map(|asked| super::passkeys::to_use(asked, "/sign-in/code/passkey")),
        ..prove_page(&here, "")
    })
}

pub(super) async fn prove(headers: HeaderMap, Sent { here, form }: Sent) -> Answer {
    let token = cookie(&headers).unwrap_or_default();
    let code = form.get("code").to_owned();
    let proved = here
        .ask("proving your second factor", move |desk, _| {
            desk.prove(&token, &code, Origin::Desk)
        })
        .await;
    match proved {
        Ok(signed_in) => {
            let cookie = set_cookie(&signed_in.token, here.web.settings.secure_cookies);
            Ok(([(SET_COOKIE, cookie)], Redirect::to("/account")).into_response())
        }
        Err(stop) => match failed_code(&stop.error) {
            Some((status, words)) => Ok(written(status, &prove_page(&here, &words))),
            None => Err(stop),
        },
    }
}

/// What is said of a code that did not do.
pub(super) fn failed_code(error: &DeskError) -> Option<(StatusCode, String)> {
    match error {
        DeskError::NotSignedIn => Some((
            StatusCode::UNAUTHORIZED,
            "This is not the code of now, or it was used before. The attempt is in the log."
                .to_owned(),
        )),
        DeskError::TooMany { .. } => Some((
            StatusCode::TOO_MANY_REQUESTS,
            "Too many wrong codes: none is looked at for an hour. A recovery code still is."
                .to_owned(),
        )),
        DeskError::Conflict(reason) => Some((StatusCode::CONFLICT, sentence(reason))),
        DeskError::Malformed { reason, .. } => {
            Some((StatusCode::UNPROCESSABLE_ENTITY, sentence(reason)))
        }
        _ => None,
    }
}

/// Whoever may set a second factor up: signed in, or on the way there because the installation wants one.
pub(super) async fn enrolling(
    web: &Web,
    headers: &HeaderMap,
) -> Result<(Visitor, String), Response> {
    let token = cookie(headers).unwrap_or_default();
    let asked = token.clone();
    let found = web
        .ask(move |desk| desk.enrolling_visitor(&asked, Origin::Desk))
        .await;
    match found {
        Ok(visitor) => Ok((visitor, token)),
        Err(problem) if problem.is_not_signed_in() => Err(Redirect::to("/sign-in").into_response()),
        Err(problem) => Err(problem.into_page()),
    }
}

fn begin_page(visitor: &Visitor, failed: &str) -> Step {
    Step {
        frame: desk_frame(visitor, "Set up an authenticator", ""),
        why: "A program on your telephone or computer that shows a new code of six digits every thirty seconds (TOTP)."
            .to_owned(),
        failed: failed.to_owned(),
        action: "/account/second-factor".to_owned(),
        fields: vec![
            Field::text("label", "Name of the device").required(),
            Field::text("password", "Password")
                .kind(FieldKind::Password)
                .hint("Not needed right after signing in, nor with a second factor that you have proved."),
        ],
        button: "Show the secret".to_owned(),
        ..Step::default()
    }
}

pub(super) async fn second_factor_form(State(web): State<Web>, headers: HeaderMap) -> Response {
    match enrolling(&web, &headers).await {
        Ok((visitor, _)) => written(StatusCode::OK, &begin_page(&visitor, "")),
        Err(response) => response,
    }
}

fn confirm_page(
    visitor: &Visitor,
    factor: &str,
    shown: Vec<(String, String)>,
    failed: &str,
) -> Step {
    Step {
        frame: desk_frame(visitor, "Confirm the authenticator", ""),
        why: "Give the secret to the authenticator, then type the code that it shows.".to_owned(),
        failed: failed.to_owned(),
        shown,
        action: "/account/second-factor/confirm".to_owned(),
        hidden: vec![("factor".to_owned(), factor.to_owned())],
        fields: vec![code_field()],
        button: "Confirm".to_owned(),
        ..Step::default()
    }
}

pub(super) async fn begin_second_factor(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (visitor, _) = match enrolling(&web, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let here = Here {
        web,
        visitor: visitor.clone(),
    };
    if !form_token_fits(&visitor, form.get("csrf")) {
        return not_from_here(&here);
    }
    let asking = visitor.clone();
    let begun = here
        .ask("setting an authenticator up", move |desk, _| {
            let password = form.all("password").next().unwrap_or_default();
            desk.begin_totp(&asking, password, form.get("label"))
        })
        .await;
    match begun {
        Ok(begun) => {
            let shown = vec![
                ("Secret, base 32".to_owned(), begun.secret),
                ("The same as an address".to_owned(), begun.address),
            ];
            written(
                StatusCode::OK,
                &confirm_page(&visitor, &begun.id.to_string(), shown, ""),
            )
        }
        Err(stop) => match failed_code(&stop.error) {
            Some((status, words)) => written(status, &begin_page(&visitor, &words)),
            None => stop.into_response(),
        },
    }
}

pub(super) async fn confirm_second_factor(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (visitor, token) = match enrolling(&web, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let here = Here {
        web,
        visitor: visitor.clone(),
    };
    if !form_token_fits(&visitor, form.get("csrf")) {
        return not_from_here(&here);
    }
    let (factor, code) = (form.get("factor").to_owned(), form.get("code").to_owned());
    let Ok(id) = factor.parse::<FactorId>() else {
        return Problem::not_found("second factor").into_page();
    };
    let done = here
        .ask("confirming an authenticator", move |desk, _| {
            desk.confirm_totp(&token, id, &code, Origin::Desk)
        })
        .await;
    match done {
        Ok(confirmed) => {
            let cookie = set_cookie(&confirmed.signed_in.token, here.web.settings.secure_cookies);
            let page = Step {
                frame: desk_frame(&visitor, "The authenticator works", ""),
                why: if confirmed.recovery_codes.is_empty() {
                    "Your recovery codes are those that you have.".to_owned()
                } else {
                    CODES_ONCE.to_owned()
                },
                once: confirmed.recovery_codes,
                on_href: super::sign_in::first_page(&visitor.user.roles).to_owned(),
                ..Step::default()
            };
            ([(SET_COOKIE, cookie)], written(StatusCode::OK, &page)).into_response()
        }
        Err(stop) => match failed_code(&stop.error) {
            Some((status, words)) => {
                written(status, &confirm_page(&visitor, &factor, Vec::new(), &words))
            }
            None => stop.into_response(),
        },
    }
}
