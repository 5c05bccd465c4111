//! The page.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use model::directory::RECOMMENDED_GLOBAL_ADMINISTRATORS;
use model::domains::life::Life;
use model::evidence::EvidenceKind;
use model::roles::Permission;

use super::ops::{Billing, Overview, overview};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::audit::{self, Told};
use crate::features::domains::{Departure, Name};
use crate::features::evidence::Evidence;
use crate::web::chart::Chart;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Locale;
use crate::web::time::Time;

pub fn routes() -> Router<App> {
    Router::new().route("/overview", get(show))
}

#[derive(Template)]
#[template(path = "overview/overview.html")]
struct OverviewPage {
    page: Page,
    may_add: bool,
    tenant_id: String,
    people: i64,
    global_administrators: i64,
    primary: String,
    domains: Vec<(String, &'static str, String)>,
    domains_left: i64,
    banners: Vec<Banner>,
    steps: Vec<Step>,
    proofs: Vec<Proof>,
    events: Option<Vec<Told>>,
    chart: Option<Chart>,
}

/// A domain name that needs somebody.
struct Banner {
    kind: &'static str,
    text: String,
    deadline: Option<Time>,
    href: String,
}

/// Something to do, or done.
struct Step {
    done: bool,
    title: String,
    text: String,
    href: &'static str,
    action: String,
}

/// One kind of evidence: what is checked, and what it rests on.
struct Proof {
    title: String,
    text: String,
    found: Vec<Evidence>,
}

async fn show(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Overview);
    let actor = &signed_in.actor;
    if !actor.may(Permission::ReadDirectory) {
        // Everybody comes here after sign-in; who has no role looks after their own account.
        return Ok(Redirect::to(Section::Account.href()).into_response());
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = overview(&mut tenant, actor, &app.moment()).await?;
    let l = page.l.clone();
    let events =
        found.latest.as_ref().map(|entries| entries.iter().map(|entry| audit::told(&l, entry)).collect());
    let view = OverviewPage {
        may_add: actor.may(Permission::ManageUsers),
        tenant_id: found.tenant.id.to_string(),
        people: found.counts.people,
        global_administrators: found.counts.global_administrators,
        primary: signed_in.primary_domain.clone(),
        domains: domains(&l, &found),
        domains_left: found.domain_count - i64::try_from(found.domains.len().min(SHOWN)).unwrap_or_default(),
        banners: banners(&l, &found),
        steps: steps(&l, actor, &found),
        chart: found.sign_ins.as_ref().and_then(|days| Chart::new(days)),
        proofs: proofs(&l, found.evidence),
        events,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

/// Domain names on the overview.
const SHOWN: usize = 5;

fn domains(l: &Locale, found: &Overview) -> Vec<(String, &'static str, String)> {
    let state = |name: &Name| match name.life {
        Life::Verified { .. } if name.is_primary => ("good", l.t("overview-domain-primary")),
        Life::Verified { .. } => ("good", l.t("overview-domain-verified")),
        Life::Claimed => ("warn", l.t("overview-domain-waiting")),
        Life::Claiming { .. } | Life::Waiting { .. } => ("warn", l.t("overview-domain-claiming")),
        Life::Failing { .. } | Life::Warned { .. } => ("warn", l.t("overview-domain-failing")),
        Life::Removing { .. } => ("warn", l.t("overview-domain-removing")),
        Life::Lapsed { .. } => ("bad", l.t("overview-domain-lapsed")),
        Life::Contested { .. } => ("bad", l.t("overview-domain-contested")),
    };
    let row = |listed: &crate::features::domains::Listed| {
        let (kind, text) = state(&listed.name);
        (listed.name.name.clone(), kind, text)
    };
    found.domains.iter().take(SHOWN).map(row).collect()
}

/// Domain names that are about to lapse, lapsed, contested, claimed, being removed, or lost.
fn banners(l: &Locale, found: &Overview) -> Vec<Banner> {
    let (names, lost) = &found.troubled;
    let of_name = |name: &Name| {
        let (kind, key) = match name.life {
            Life::Warned { .. } => ("warn", "overview-banner-warned"),
            Life::Lapsed { .. } => ("bad", "overview-banner-lapsed"),
            Life::Contested { .. } => ("bad", "overview-banner-contested"),
            Life::Claiming { .. } | Life::Waiting { .. } => ("quiet", "overview-banner-claiming"),
            Life::Removing { .. } => ("quiet", "overview-banner-removing"),
            Life::Claimed | Life::Verified { .. } | Life::Failing { .. } => return None,
        };
        let (text, href) = (l.a(key, &[("name", name.name.as_str())]), format!("/domains/{}", name.name));
        Some(Banner { kind, text, deadline: name.life.deadline().map(|at| l.date(&at)), href })
    };
    let of_lost = |departure: &Departure| Banner {
        kind: "bad",
        text: l.a("overview-banner-lost", &[("name", departure.name.as_str())]),
        deadline: None,
        href: format!("/domains/{}/departure", departure.name),
    };
    names.iter().filter_map(of_name).chain(lost.iter().map(of_lost)).collect()
}

/// The checklist; what is still to do comes first.
fn steps(l: &Locale, actor: &Actor, found: &Overview) -> Vec<Step> {
    let own_domain =
        found.domains.iter().any(|listed| !listed.name.is_initial && listed.name.verified_at.is_some());
    let two = found.counts.global_administrators >= RECOMMENDED_GLOBAL_ADMINISTRATORS;
    let mut steps = vec![
        Step {
            done: own_domain,
            title: l.t("overview-step-domain"),
            text: l.t("overview-step-domain-why"),
            href: if actor.may(Permission::ManageDomains) { "/domains" } else { "" },
            action: l.t("overview-step-domain-action"),
        },
        Step {
            done: two,
            title: l.t("overview-step-administrator"),
            text: l.t("overview-step-administrator-why"),
            href: if actor.may(Permission::ManageRoles) { "/people" } else { "" },
            action: l.t("overview-step-administrator-action"),
        },
        Step {
            done: found.second_factor,
            title: l.t("overview-step-factor"),
            text: l.t("overview-step-factor-why"),
            href: "/account",
            action: l.t("overview-step-factor-action"),
        },
    ];
    steps.extend(found.billing.map(|state| billing_step(l, actor, state)));
    if let Some(count) = found.open_requests.filter(|count| *count > 0) {
        steps.insert(
            0,
            Step {
                done: false,
                title: l.a("overview-step-requests", &[("count", count)]),
                text: l.t("overview-step-requests-why"),
                href: "/access-requests",
                action: l.t("overview-step-requests-action"),
            },
        );
    }
    steps.sort_by_key(|step| step.done);
    steps
}

fn billing_step(l: &Locale, actor: &Actor, state: Billing) -> Step {
    let may = actor.may(Permission::ManageBilling);
    let (href, title, action) = match state {
        Billing::NoAccount => {
            ("/billing/set-up", l.t("overview-step-billing"), l.t("overview-step-billing-action"))
        }
        Billing::NoCard => ("/billing", l.t("overview-step-card"), l.t("overview-step-card-action")),
        Billing::Ready => ("", l.t("overview-step-billing"), String::new()),
    };
    let text = if state == Billing::NoCard {
        l.t("overview-step-card-why")
    } else {
        l.t("overview-step-billing-why")
    };
    Step { done: state == Billing::Ready, title, text, href: if may { href } else { "" }, action }
}

fn proofs(l: &Locale, evidence: Vec<Evidence>) -> Vec<Proof> {
    let mut kinds = [
        (EvidenceKind::Mailbox, l.t("overview-proof-mailbox"), l.t("overview-proof-mailbox-what")),
        (EvidenceKind::Domain, l.t("overview-proof-domain"), l.t("overview-proof-domain-what")),
        (
            EvidenceKind::SignatoryAuthority,
            l.t("overview-proof-signatory"),
            l.t("overview-proof-signatory-what"),
        ),
    ]
    .map(|(kind, title, text)| (kind, Proof { title, text, found: Vec::new() }));
    for found in evidence {
        if let Some((_, proof)) = kinds.iter_mut().find(|(kind, _)| *kind == found.kind) {
            proof.found.push(found);
        }
    }
    kinds.into_iter().map(|(_, proof)| proof).collect()
}
