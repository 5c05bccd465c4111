use std::sync::Arc;

use super::*;
use crate::web::layout::{Notice, PageSource};
use crate::web::locale::Locales;

fn page() -> Page {
    let notices = vec![Notice::LocalMailbox, Notice::SandboxPayment, Notice::PlainHttp];
    let source = PageSource::new(Arc::new(Locales::embedded().unwrap()), "Tenantry", notices);
    source.page(&http::HeaderMap::new(), "/dev/pieces")
}

/// A page that keeps to the content policy and names every control.
fn assert_sound(html: &str) {
    for banned in ["style=", "<style", "onclick", "javascript:", "<script>"] {
        assert!(!html.contains(banned), "{banned} in {html}");
    }
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{html}");
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
}

#[test]
fn every_shared_template_renders() {
    let pages = [
        PiecesPage::sample(page()).render().unwrap(),
        FlowPage::sample(page()).render().unwrap(),
        EntryPage { page: page() }.render().unwrap(),
        ErrorPage::sample(page()).render().unwrap(),
    ];
    pages.iter().for_each(|html| assert_sound(html));
}

#[test]
fn a_refused_field_keeps_what_was_typed_and_names_its_remedy() {
    let html = FlowPage::sample(page()).render().unwrap();
    assert!(html.contains(r#"value="1O5 57""#));
    assert!(html.contains(r#"aria-describedby="sample_postal_code-verdict" aria-invalid="true""#), "{html}");
    assert!(html.contains("Remove control characters and line breaks."));
    assert!(html.contains(r#"name="use.sample_postal_code" value="105 57""#));
}

#[test]
fn what_people_type_is_escaped() {
    let fields = Fields::new().with("sample_name", r#""><script>alert(1)</script>"#);
    let html = FlowPage { page: page(), fields }.render().unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
}
