//! What all pages are made of: words, frame, pieces, forms, assets.
//!
//! A page is a template struct with a field `page: Page`, a template that extends one of the layouts, and a handler.
//!
//! ```ignore
//! #[derive(Template)]
//! #[template(path = "signup/email.html")]
//! struct EmailPage {
//!     page: Page,
//!     fields: Fields,
//! }
//!
//! async fn show(page: Page) -> Response {
//!     render(&EmailPage { page, fields: Fields::new() }, StatusCode::OK)
//! }
//!
//! async fn send(page: Page, mut fields: Fields) -> Response {
//!     match email_of(fields.value("email")) {
//!         Ok(_) if !fields.took_suggestion() => Redirect::to("/signup/code").into_response(),
//!         Ok(_) => render(&EmailPage { page, fields }, StatusCode::OK),
//!         Err(refusal) => {
//!             fields.refuse(refusal.on("email"));
//!             render(&EmailPage { page, fields }, StatusCode::UNPROCESSABLE_ENTITY)
//!         }
//!     }
//! }
//! ```
//!
//! ```html
//! {% extends "layout/flow.html" %}
//! {% import "pieces/form.html" as form %}
//! {% import "pieces/show.html" as show %}
//! {% block title %}{{ page.l.t("signup-email-title") }}{% endblock %}
//! {% block steps %}{{ show::steps([(page.l.t("signup-step-email"), "/signup"), (page.l.t("signup-step-code"), "")], 0) }}{% endblock %}
//! {% block main %}
//! {{ form::summary(fields) }}
//! <h1>{{ page.l.t("signup-email-title") }}</h1>
//! <p class="lead">{{ page.l.a("signup-email-lead", [("product", &page.product)]) }}</p>
//! <form method="post">{{ form::start(fields) }}
//! {{ form::text(fields, "email", kind = "email", autocomplete = "email", hint = page.l.t("signup-email-hint"), live = "/signup/email/check") }}
//! <div class="actions"><button class="btn" id="submit">{{ page.l.t("signup-email-send") }}</button></div>
//! </form>
//! {% endblock %}
//! ```
//!
//! What to know:
//! - A field's name is its id and the `field` of its refusal. Its label is `field-<name>` in
//!   `locales/en/fields.ftl`, one for the whole product; `label = …` says otherwise for one page.
//! - Texts: `page.l.t("key")`, or `page.l.a("key", [("name", &value)])` where all values are of one type; text
//!   that is a whole number counts as one, so `count.to_string()` beside a name still chooses the plural.
//!   A test fails on a key without text and on a text without use, so keys are written out, never put together.
//! - Moments: `{{ page.l.time(moment) }}`.
//! - A macro with a body is called `{% call show::note("warn") %}…{% endcall %}`, any other `{{ show::pill("good", text) }}`.
//! - A live check posts the form to `live` and answers [`forms::Verdict`], which replaces what stands below the field.
//! - "Use it" buttons send `use.<field>`; [`forms::Fields`] puts the value in place and says
//!   [`forms::Fields::took_suggestion`]: show the page again.
//! - Layouts: `layout/flow.html` for steps, `layout/door.html` for sign-in and single questions, `layout/portal.html`
//!   with the navigation, `layout/base.html` for anything else.
//! - Portal pages extend `layout/portal.html` and call `page.in_section(Section::People)`.
//! - No `style` attributes and no inline scripts: the content policy refuses them. Every class is in `assets/app.css`,
//!   every piece on `/dev/pieces`.

pub mod address;
pub mod assets;
pub mod brand;
pub mod chart;
pub mod client;
pub mod colour;
pub mod consents;
pub mod cookies;
pub mod denied;
pub mod failure;
pub mod foreseen;
pub mod forms;
pub mod fresh;
pub mod going_on;
pub mod health;
pub mod kept;
pub mod layout;
pub mod limits;
pub mod links;
pub mod locale;
pub mod roles;
pub mod sealed;
pub mod security;
pub mod theme;
pub mod time;
pub mod upload;
pub mod who;
