//! The screens of the desk: one file each. A handler finds the reader, asks the desk, fills the page's view model.
//!
//! The cast: [`ask::Here`] is the reader with the desk in reach; [`ask::Sent`] is a form of theirs whose token fits;
//! [`stop::Stop`] is why there is no page, with the way back; [`around`] puts the frame around a page; [`values`] turns
//! statements into properties with their source marks. Not here: layout (crate `pages`), rules, wording of the rules.

mod account;
mod agreements;
mod all_cases;
mod around;
mod ask;
mod asset;
mod batch;
mod board;
mod board_filters;
mod board_forms;
mod case;
mod cases;
mod certifications;
mod course;
mod datasets;
mod disclosures;
mod documents;
mod emergency;
mod evidence;
mod identity;
mod inbox;
mod incidents;
mod interests;
mod live;
mod log;
mod log_entry;
mod look_ups;
mod map;
mod map_drawing;
mod match_card;
mod matching;
mod mentions;
mod merges;
mod new_case;
mod note;
mod note_editor;
mod passkeys;
mod processing;
mod proposals;
mod providers;
mod purposes;
mod readings;
mod record;
mod release;
mod report;
mod reports;
mod search;
mod search_results;
mod search_table;
mod sign_in;
mod special;
mod stop;
mod subject;
mod subjects;
mod subscriptions;
mod suspects;
mod tables;
mod timeline;
mod tips;
pub(crate) mod typed;
mod unlawful;
mod uploads;
mod users;
mod values;
pub(crate) mod viewer;
mod walk;
mod ways;
mod wizard;
mod words;
mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::Web;
use crate::guard::{MOST_UNKNOWN, MOST_UPLOAD};

/// All screens.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/", get(async || Redirect::to("/cases")))
        .merge(before_the_sign_in())
        .route("/sign-out", post(sign_in::leave))
        .route("/tip", get(tips::form).post(tips::give))
        .route("/tip/follow", get(tips::follow_form).post(tips::follow))
        .route("/tips", get(tips::list))
        .route("/tips/{t}", get(tips::page))
        .route("/tips/{t}/prior", post(tips::prior))
        .route("/tips/{t}/{step}", post(tips::step))
        .merge(own_account())
        .route("/assets/{hash}/{name}", get(asset::served))
        .route("/datasets", get(datasets::list))
        .route("/datasets/events", get(datasets::events))
        .route("/datasets/{d}", get(datasets::page))
        .route(
            "/datasets/{d}/load",
            get(wizard::form)
                .post(wizard::hand_in)
                .layer(DefaultBodyLimit::max(MOST_UPLOAD)),
        )
        .route(
            "/datasets/{d}/load/{t}",
            get(wizard::page).post(wizard::step),
        )
        .route("/datasets/{d}/releases/{r}", get(release::page))
        .route("/datasets/{d}/releases/{r}/decide", post(release::decide))
        .route("/datasets/{d}/releases/{r}/receipt", get(release::receipt))
        .route(
            "/datasets/{d}/releases/{r}/refused",
            get(release::refused_table).post(release::again),
        )
        .route("/datasets/{d}/unlawful", post(unlawful::mark_dataset))
        .route("/datasets/{d}/lawful", post(unlawful::lift_dataset))
        .route("/unlawful", get(unlawful::datasets))
        .route("/sources", get(live::list).post(live::add))
        .route("/sources/{s}", get(live::page).post(live::handle))
        .route(
            "/subscriptions",
            get(subscriptions::page).post(subscriptions::add),
        )
        .route("/subscriptions/end", post(subscriptions::end))
        .route("/subscriptions/stopped", post(subscriptions::settle))
        .route("/matching", get(matching::page).post(matching::switch))
        .route("/matching/{d}", post(matching::say_once))
        .merge(agreements_on_matching())
        .route("/clock", post(users::confirm_clock))
        .route("/processing", get(processing::page))
        .route("/processing/table/{form}", get(processing::file))
        .route("/processing/recipients", post(processing::add_recipient))
        .route(
            "/processing/recipients/end",
            post(processing::end_recipient),
        )
        .route(
            "/processing/assessments",
            post(processing::write_assessment),
        )
        .route(
            "/processing/assessments/decision",
            post(processing::decide_assessment),
        )
        .route("/processing/datasets", post(processing::describe))
        .route("/users", get(users::list).post(users::add))
        .route("/users/second-factor", post(users::second_factor))
        .route("/users/{u}/disabled", post(users::disable))
        .route("/users/{u}/invitation", post(users::invite))
        .route("/users/{u}/roles", post(users::roles))
        .route("/incidents", get(incidents::list).post(incidents::open))
        .route("/incidents/{i}", get(incidents::page).post(incidents::step))
        .route("/look-ups", get(look_ups::list))
        .route("/look-ups/share", post(look_ups::share))
        .route("/look-ups/marks", post(look_ups::mark))
        .route("/cases/{c}/look-up-reviews/{r}", post(look_ups::judge))
        .route("/log", get(log::whole))
        .route("/log/table/{form}", get(log::file))
        .route("/log/{index}", get(log_entry::page))
        .merge(inside_a_case())
}

fn agreements_on_matching() -> Router<Web> {
    Router::new()
        .route(
            "/matching/agreements",
            get(agreements::list).post(agreements::add),
        )
        .route("/matching/agreements/{a}", get(agreements::page))
        .route("/matching/agreements/{a}/notice", post(agreements::send))
        .route(
            "/matching/agreements/{a}/confirmation",
            post(agreements::confirm),
        )
        .route("/matching/agreements/{a}/renewal", post(agreements::renew))
        .route("/matching/agreements/{a}/end", post(agreements::end))
        .route("/matching/runs/{n}", get(agreements::sample))
}

fn work_and_reports() -> Router<Web> {
    Router::new()
        .route("/cases/{c}/work", get(work::page))
        .route("/cases/{c}/tasks", post(work::set))
        .route("/cases/{c}/tasks/{t}", post(work::step))
        .route("/cases/{c}/hypotheses", post(work::put_up))
        .route("/cases/{c}/hypotheses/{h}", post(work::weigh))
        .route(
            "/cases/{c}/reports",
            get(reports::list).post(reports::draft),
        )
        .route("/cases/{c}/reports/{r}", get(reports::page))
        .route("/cases/{c}/reports/{r}/comments", post(reports::comment))
        .route("/cases/{c}/reports/{r}/decide", post(reports::decide))
        .route("/cases/{c}/reports/{r}/pdf", get(reports::pdf))
        .route("/cases/{c}/reports/{r}/file", post(reports::file_it))
        .route("/cases/{c}/reports/{r}/disclose", post(reports::disclose))
}

fn set_aside_and_unlawful() -> Router<Web> {
    Router::new()
        .route("/cases/{c}/special", get(special::list))
        .route("/cases/{c}/special/{t}/decide", post(special::decide))
        .route("/cases/{c}/special/{t}/unmask", post(special::unmask))
        .route("/cases/{c}/subjects/{s}/special/{v}", post(special::tie))
        .route("/cases/{c}/evidence/{e}/special", post(special::set_aside))
        .route("/cases/{c}/unlawful", get(unlawful::of_case))
        .route(
            "/cases/{c}/evidence/{e}/unlawful",
            post(unlawful::mark_item),
        )
        .route("/cases/{c}/evidence/{e}/lawful", post(unlawful::lift_item))
}

fn before_the_sign_in() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/sign-in/code", get(sign_in::code_form).post(sign_in::code))
        .route("/sign-in/code/passkey", post(passkeys::code))
        .route("/sign-in/passkey", post(passkeys::enter))
        .route("/sign-in/with/{p}", get(providers::set_out))
        .route("/sign-in/from/{p}", get(providers::back))
        .route("/sign-in/from/{p}/out", post(providers::signed_out_there))
        .route(
            "/invited",
            get(sign_in::invited_form).post(sign_in::invited),
        )
        .route("/first", get(sign_in::first_form).post(sign_in::first))
        .layer(DefaultBodyLimit::max(MOST_UNKNOWN))
}

fn own_account() -> Router<Web> {
    Router::new()
        .route("/account", get(account::page))
        .route("/account/password", post(account::password))
        .route(
            "/account/second-factor",
            get(account::second_factor_form).post(account::begin_second_factor),
        )
        .route(
            "/account/second-factor/confirm",
            post(account::confirm_second_factor),
        )
        .route("/account/passkey", get(passkeys::form).post(passkeys::make))
        .route("/account/look-ups", get(look_ups::own))
        .route("/account/look-ups/{r}", post(look_ups::answer))
        .route("/account/links", post(providers::link))
        .route("/account/links/{l}/remove", post(providers::unlink))
        .route("/account/factors/{f}/remove", post(account::remove))
        .route("/account/recovery-codes", post(account::recovery_codes))
        .route(
            "/account/prove",
            get(account::prove_form).post(account::prove),
        )
        .route("/account/tokens", post(account::add_token))
        .route("/account/tokens/{t}/revoke", post(account::revoke_token))
}

fn inside_a_case() -> Router<Web> {
    let upload = get(evidence::list).post(evidence::add);
    Router::new()
        .route("/cases", get(cases::list))
        .route("/cases/new", get(new_case::form).post(new_case::open))
        .route("/cases/all", get(all_cases::list))
        .route("/cases/all/{form}", get(all_cases::file))
        .route("/cases/figures", get(all_cases::figures))
        .route("/cases/types", get(all_cases::types))
        .route("/cases/{c}", get(case::overview))
        .route("/cases/{c}/phase", post(course::move_on))
        .route("/cases/{c}/suspend", post(course::suspend))
        .route("/cases/{c}/resume", post(course::resume))
        .route("/cases/{c}/reopen", post(course::reopen))
        .route("/cases/{c}/basis", post(course::renew))
        .route("/cases/{c}/links", post(course::link))
        .route("/cases/{c}/links/{l}/end", post(course::end_link))
        .route("/emergencies/events", get(emergency::events))
        .route(
            "/cases/{c}/emergency",
            get(emergency::page).post(emergency::open),
        )
        .route("/cases/{c}/emergencies/{e}/review", post(emergency::review))
        .route("/cases/{c}/approve", post(case::approve))
        .route("/cases/{c}/refuse", post(case::refuse))
        .route("/cases/{c}/close", post(case::close))
        .route("/cases/{c}/ask", get(case::ask_form).post(case::ask_in))
        .route("/cases/{c}/report", get(report::page))
        .merge(work_and_reports())
        .merge(set_aside_and_unlawful())
        .route("/cases/{c}/members", post(case::add_member))
        .route("/cases/{c}/search", get(search::page))
        .route(
            "/cases/{c}/search/table",
            get(search_table::form).post(search_table::make),
        )
        .route("/cases/{c}/records/{r}", get(record::page))
        .route("/cases/{c}/records/{r}/links", get(walk::page))
        .route("/cases/{c}/identities/{i}", get(identity::page))
        .route("/cases/{c}/identities/{i}/split", post(identity::split))
        .route("/cases/{c}/proposals", get(proposals::list))
        .route("/cases/{c}/proposals/{a}/{b}", get(match_card::page))
        .route("/cases/{c}/judgements", post(match_card::judge))
        .route("/cases/{c}/challenges", post(match_card::challenge))
        .route("/cases/{c}/notes", get(note::list).post(note_editor::save))
        .route("/cases/{c}/notes/new", get(note_editor::form))
        .route(
            "/cases/{c}/notes/{n}",
            get(note::page).post(note_editor::rewrite),
        )
        .route("/cases/{c}/notes/{n}/edit", get(note_editor::edit))
        .route("/cases/{c}/inbox", get(inbox::page))
        .route("/cases/{c}/alerts/{a}/seen", post(inbox::seen))
        .route("/cases/{c}/events", get(inbox::events))
        .route(
            "/cases/{c}/evidence",
            upload.layer(DefaultBodyLimit::max(MOST_UPLOAD)),
        )
        .route("/cases/{c}/evidence/{e}", get(evidence::item))
        .route("/cases/{c}/evidence/{e}/bytes", get(evidence::bytes))
        .route("/cases/{c}/evidence/{e}/custody", post(evidence::hand_over))
        .route("/cases/{c}/evidence/{e}/text", get(documents::text))
        .route("/cases/{c}/evidence/{e}/view", get(viewer::page))
        .route("/cases/{c}/evidence/{e}/picture", get(viewer::drawn))
        .route("/cases/{c}/evidence/{e}/passages", post(documents::cite))
        .route("/cases/{c}/documents", get(documents::search))
        .route("/cases/{c}/documents/keep", post(batch::keep))
        .route(
            "/cases/{c}/documents/batch",
            get(batch::page).post(batch::ask),
        )
        .route("/cases/{c}/documents/batch/{s}/end", post(batch::end))
        .route("/cases/{c}/evidence/{e}/mark", post(batch::mark))
        .route(
            "/cases/{c}/uploads",
            get(uploads::list).post(uploads::begin),
        )
        .route("/cases/{c}/uploads/{u}", get(uploads::receipt))
        .route(
            "/cases/{c}/readings",
            get(readings::page).post(readings::again),
        )
        .route("/cases/{c}/readings/way", post(readings::way))
        .route(
            "/cases/{c}/mentions",
            get(mentions::page).post(mentions::find),
        )
        .route("/cases/{c}/mentions/{m}", post(mentions::judge))
        .route(
            "/cases/{c}/evidence/{e}/table",
            get(tables::wizard).post(tables::step),
        )
        .route("/cases/{c}/tables", get(tables::list))
        .route(
            "/cases/{c}/tables/{t}",
            get(tables::one).post(tables::take_back),
        )
        .route(
            "/cases/{c}/subjects",
            get(subjects::list).post(subjects::add),
        )
        .route("/cases/{c}/subjects/{s}", get(subject::page))
        .route("/cases/{c}/subjects/{s}/intelligence", post(subject::hold))
        .route("/cases/{c}/parts", get(merges::page).post(merges::take))
        .route("/cases/{c}/interests", post(interests::declare))
        .route("/cases/{c}/purposes", post(purposes::decide))
        .route("/cases/{c}/look-ups", post(purposes::raised))
        .route("/cases/{c}/suspects", post(suspects::propose))
        .route("/cases/{c}/subjects/{s}/decide", post(suspects::decide))
        .route(
            "/cases/{c}/disclosures",
            get(disclosures::list).post(disclosures::disclose),
        )
        .route(
            "/cases/{c}/certifications",
            get(certifications::list).post(certifications::certify),
        )
        .route(
            "/cases/{c}/certifications/{d}/notices",
            post(certifications::notice),
        )
        .route("/cases/{c}/evidence/{e}/erase", post(evidence::erase))
        .route("/cases/{c}/board", get(board::page).post(board_forms::save))
        .route("/cases/{c}/board/export", post(board_forms::export))
        .route("/cases/{c}/timeline", get(timeline::page))
        .route("/cases/{c}/map", get(map::page))
        .route("/cases/{c}/ways", get(ways::page))
        .route("/cases/{c}/log", get(log::of_case))
}
