//! An answer as a person sees it: status, text, links and forms.

use http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};

/// One answer of the service.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path that was asked for.
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A form, with what its fields would send as they stand.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub values: Vec<(String, String)>,
    fields: Vec<Field>,
    /// Where buttons of the form lead instead.
    buttons_to: Vec<String>,
    /// Where a script asks about single fields while they are filled in.
    pub live_checks: Vec<String>,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    /// The values to choose from; `None` where anything can be typed.
    options: Option<Vec<String>>,
    multiple: bool,
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

/// The words as they read: blocks stand apart, and what is within a line stays together.
fn words(element: ElementRef<'_>) -> String {
    const INLINE: [&str; 9] = ["a", "b", "i", "em", "strong", "span", "code", "time", "small"];
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            scraper::Node::Text(part) => text.push_str(part),
            scraper::Node::Element(element) if !INLINE.contains(&element.name()) => text.push(' '),
            _ => (),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        assert!(self.status.is_redirection(), "{} isn't a redirect:\n{}", self.path, self.text());
        self.header("location")
    }

    /// The words on the page, without its head, navigation and marks of the set-up.
    pub fn text(&self) -> String {
        // A place where a long word may break is no space.
        let html = Html::parse_document(&self.body.replace("<wbr>", ""));
        let main = html.select(&select("main")).next().unwrap_or_else(|| html.root_element());
        words(main)
    }

    /// Fails unless the page came well and says all of these.
    pub fn assert_shows(&self, words: &[&str]) -> &Self {
        let text = self.text();
        assert_eq!(self.status, StatusCode::OK, "{}: {text}", self.path);
        for word in words {
            assert!(text.contains(word), "{} doesn't say {word:?}: {text}", self.path);
        }
        self
    }

    /// Fails unless the page was refused with this status and shows the refusal's reason.
    pub fn assert_refused(&self, status: u16, reason: &str) -> &Self {
        let text = self.text();
        assert_eq!(self.status.as_u16(), status, "{}: {text}", self.path);
        assert!(text.contains(reason), "{} doesn't say {reason:?}: {text}", self.path);
        self
    }

    /// The text of the first element that matches.
    pub fn text_of(&self, selector: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        let found = html.select(&select(selector)).next()?;
        Some(words(found))
    }

    /// An attribute of each element that matches.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&select(selector)).filter_map(|found| found.attr(name)).map(str::to_owned).collect()
    }

    /// Every form of the page.
    pub fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.body);
        html.select(&select("form")).map(|form| Form::read(form, &self.path)).collect()
    }

    /// The form that has all of these fields.
    pub fn form_with(&self, fills: &[(&str, &str)]) -> Form {
        let has_all =
            |form: &Form| fills.iter().all(|(name, _)| form.fields.iter().any(|field| field.name == *name));
        // The theme switch stands on every page; a form without fields is meant only where it is the only one.
        let mut forms: Vec<_> = self.forms().into_iter().filter(|form| form.action != "/theme").collect();
        let found = forms.iter().position(has_all);
        let names: Vec<_> = fills.iter().map(|(name, _)| name).collect();
        forms.swap_remove(
            found.unwrap_or_else(|| panic!("{} has no form with {names:?}:\n{}", self.path, self.text())),
        )
    }

    /// The form that goes to this path by itself or by one of its buttons.
    pub fn form_to(&self, action: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.action == action || form.buttons_to.iter().any(|to| to == action));
        found
            .map(|form| Form { action: action.to_owned(), ..form })
            .unwrap_or_else(|| panic!("{} has no form to {action}:\n{}", self.path, self.text()))
    }

    /// Fails where the HTML breaks what every page keeps to: no inline style or script, ids stand once, a label leads
    /// to its control, nothing is left unfilled.
    pub fn assert_sound(&self) {
        if !self.header("content-type").starts_with("text/html") {
            return;
        }
        let html = Html::parse_document(&self.body);
        let mut ids: Vec<_> = html.select(&select("[id]")).filter_map(|found| found.attr("id")).collect();
        ids.sort_unstable();
        for pair in ids.windows(2) {
            assert_ne!(pair[0], pair[1], "{}: an id stands twice", self.path);
        }
        for label in html.select(&select("label[for]")) {
            let target = label.attr("for").unwrap_or_default();
            assert!(ids.binary_search(&target).is_ok(), "{}: label for {target} leads nowhere", self.path);
        }
        let inline =
            "[style], style, script:not([src]), [onclick], [onchange], [onsubmit], [href^='javascript:']";
        assert!(html.select(&select(inline)).next().is_none(), "{}: inline style or script", self.path);
    }
}

impl Form {
    fn read(form: ElementRef<'_>, path: &str) -> Self {
        let action = form.attr("action").filter(|action| !action.is_empty()).unwrap_or(path).to_owned();
        let method = form.attr("method").unwrap_or("get").to_ascii_lowercase();
        let (values, fields, buttons_to) = (Vec::new(), Vec::new(), Vec::new());
        let asked = select("[hx-post]");
        let live_checks =
            form.select(&asked).filter_map(|field| field.attr("hx-post")).map(str::to_owned).collect();
        let mut read = Self { action, method, values, fields, buttons_to, live_checks };
        let buttons = select("button[formaction]");
        read.buttons_to
            .extend(form.select(&buttons).filter_map(|button| button.attr("formaction")).map(str::to_owned));
        for control in form.select(&select("input, select, textarea, button")) {
            let Some(name) = control.attr("name").filter(|_| control.attr("disabled").is_none()) else {
                continue;
            };
            match (control.value().name(), control.attr("type").unwrap_or("text")) {
                ("button", _) | ("input", "submit") => read.button(name, control),
                ("input", "image" | "reset" | "button" | "file") => (),
                ("input", kind @ ("checkbox" | "radio")) => {
                    let value = control.attr("value").unwrap_or("on").to_owned();
                    if control.attr("checked").is_some() {
                        read.values.push((name.to_owned(), value.clone()));
                    }
                    read.choice(name, vec![value], kind == "checkbox");
                }
                ("input", _) => read.typed(name, control.attr("value").unwrap_or_default().to_owned()),
                ("textarea", _) => read.typed(name, control.text().collect()),
                (_, _) => read.select(name, control),
            }
        }
        read
    }

    /// Everything that it can send.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }

    /// Everywhere it can be sent.
    pub fn ways(&self) -> Vec<String> {
        std::iter::once(&self.action).chain(&self.buttons_to).cloned().collect()
    }

    /// The same form, sent elsewhere.
    pub fn sent_to(self, method: &str, action: &str) -> Self {
        Self { method: method.to_owned(), action: action.to_owned(), ..self }
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn typed(&mut self, name: &str, value: String) {
        self.values.push((name.to_owned(), value));
        self.fields.push(Field { name: name.to_owned(), options: None, multiple: false });
    }

    // The main button is pressed unless the test fills in another one's name and value.
    fn button(&mut self, name: &str, control: ElementRef<'_>) {
        let value = control.attr("value").unwrap_or_default().to_owned();
        if control.attr("id") == Some("submit") {
            self.values.push((name.to_owned(), value.clone()));
        }
        self.choice(name, vec![value], false);
    }

    fn choice(&mut self, name: &str, values: Vec<String>, multiple: bool) {
        match self.fields.iter_mut().find(|field| field.name == name) {
            Some(Field { options: Some(options), .. }) => options.extend(values),
            _ => self.fields.push(Field { name: name.to_owned(), options: Some(values), multiple }),
        }
    }

    fn select(&mut self, name: &str, control: ElementRef<'_>) {
        let value = |option: ElementRef<'_>| {
            option.attr("value").map_or_else(|| option.text().collect(), str::to_owned)
        };
        let options: Vec<_> = control.select(&select("option")).collect();
        let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
        if let Some(chosen) = chosen {
            self.values.push((name.to_owned(), value(*chosen)));
        }
        self.choice(name, options.iter().map(|option| value(*option)).collect(), false);
    }

    /// Fills a field as a person does: only one that is there, and only with what it offers. An empty value unticks.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("the form to {} has no field {name}", self.action));
        if let Some(options) = &field.options
            && !value.is_empty()
        {
            assert!(
                options.iter().any(|option| option == value),
                "{name} doesn't offer {value}: {options:?}"
            );
        }
        let keeps_others = field.multiple && !value.is_empty();
        self.values.retain(|(known, had)| known != name || (keeps_others && had != value));
        if !(field.multiple && value.is_empty()) {
            self.values.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}
