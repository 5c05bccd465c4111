//! Which routes there are, asked of the router itself.

use axum::Router;
use axum::body::Body;
use http::header::ALLOW;
use http::{Method, Request};
use tower::ServiceExt as _;

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// As it is written, with `{id}` where anything may stand.
    pub path: String,
    pub methods: Vec<String>,
}

impl Route {
    pub fn holes(&self) -> usize {
        self.path.matches('{').count()
    }

    /// The path with its holes filled in order.
    pub fn filled(&self, with: &[&str]) -> String {
        let mut path = self.path.as_str();
        let mut filled = String::new();
        for value in with {
            let Some((before, rest)) = path.split_once('{') else { break };
            filled.push_str(before);
            filled.push_str(value);
            path = rest.split_once('}').map_or("", |(_, rest)| rest);
        }
        filled + path
    }
}

/// Every route with its methods. The router tells its paths where it is shown for debugging, and no other way; which
/// methods a path has, it says in answer to one that nobody has (RFC 9110 §15.5.6).
pub async fn all(router: &Router) -> Vec<Route> {
    let told = format!("{router:?}");
    let mut paths: Vec<String> = told
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \"").map(|(_, rest)| rest))
        .filter_map(|rest| rest.split_once('"').map(|(path, _)| path.to_owned()))
        .filter(|path| path.starts_with('/'))
        .collect();
    paths.sort();
    paths.dedup();
    let mut routes = Vec::with_capacity(paths.len());
    for path in paths {
        let mut route = Route { path, methods: Vec::new() };
        let asked = route.filled(&vec!["x"; route.holes()]);
        let Ok(method) = Method::from_bytes(b"NONE") else { continue };
        let Ok(request) = Request::builder().method(method).uri(asked).body(Body::empty()) else { continue };
        let Ok(response) = router.clone().oneshot(request).await;
        let allowed = response.headers().get_all(ALLOW).iter().filter_map(|value| value.to_str().ok());
        let methods = allowed.flat_map(|value| value.split(',')).map(|method| method.trim().to_owned());
        route.methods = methods.filter(|method| !matches!(method.as_str(), "" | "HEAD")).collect();
        routes.push(route);
    }
    routes
}
