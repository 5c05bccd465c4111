//! The routes of the product, read from its sources: nobody can add a form without a walk coming by.

use std::path::{Path, PathBuf};

pub struct Route {
    /// As it is written, with `{id}` where anything may stand.
    pub path: String,
    pub is_post: bool,
}

impl Route {
    pub fn begins(&self, prefix: &str) -> bool {
        match prefix.strip_suffix('$') {
            Some(whole) => self.path == whole,
            None => self.path == prefix || self.path.starts_with(&format!("{prefix}/")),
        }
    }

    fn leads(&self, path: &str) -> bool {
        let (own, asked): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        own.len() == asked.len()
            && own.iter().zip(&asked).all(|(own, asked)| own.starts_with('{') || own == asked)
    }
}

/// The route of a path: where several lead there, the one that is written out most.
pub fn route_of<'r>(routes: &'r [Route], path: &str) -> Option<&'r Route> {
    let path = path.split('?').next().unwrap_or_default();
    let leading = routes.iter().filter(|route| route.leads(path));
    leading.min_by_key(|route| route.path.matches('{').count())
}

pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for file in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for rest in text.split(".route(").skip(1) {
            let call = arguments(rest);
            let path = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let is_post = call.contains("post(");
            match path {
                Some(path) => routes.push(Route { path: path.to_owned(), is_post }),
                // The check endpoints stand in a table; another post route must be written out.
                None if file.ends_with("eligibility/api.rs") => {
                    let paths = text.split('"').filter(|part| part.starts_with("/v1.0/"));
                    routes.extend(paths.map(|path| Route { path: path.to_owned(), is_post: true }));
                }
                None => assert!(!is_post, "{}: {call}", file.display()),
            }
        }
    }
    assert!(routes.iter().filter(|route| route.is_post).count() > 40, "routes are read");
    routes
}

/// What stands between the parentheses of a call.
fn arguments(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, char)| {
        match char {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        depth == 0
    });
    end.map_or(rest, |(at, _)| &rest[..at])
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}
