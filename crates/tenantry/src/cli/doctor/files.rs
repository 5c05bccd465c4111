//! The files that the settings name, tried as the service tries them at its start.

use std::path::Path;

use super::{Check, State, check};
use crate::config::Config;
use crate::eligibility::email_rules;
use crate::features::agreements::Library;
use crate::moment::SystemRandom;
use crate::outside::dns::{Dns, network::NetworkDns};
use crate::outside::http::guarded::Guarded;
use crate::secrets::Keys;
use crate::serve;
use crate::web::locale::Locale;

/// The master key, beside the mark that the key of this database left in it.
pub(super) fn key(config: &Config, mark: Option<&[u8]>, l: &Locale) -> Check {
    let name = "master key";
    let file = config.secrets.key_file.as_str();
    let path = Path::new(file);
    if !path.exists() {
        return match mark {
            Some(_) => check(name, State::Bad, l.a("cli-key-missing", &[("file", file)])),
            None => check(name, State::Note, l.a("doctor-key-none", &[("file", file)])),
        };
    }
    let keys = match Keys::open(path, &SystemRandom) {
        Ok(keys) => keys,
        Err(error) => return check(name, State::Bad, error.to_string()),
    };
    if mark.is_some_and(|mark| mark != serve::mark_of(&keys)) {
        return check(name, State::Bad, l.a("doctor-key-other", &[("file", file)]));
    }
    if is_open(path, 0o077) {
        return check(name, State::Bad, l.a("doctor-key-open", &[("file", file)]));
    }
    check(name, State::Good, file)
}

/// Whether others than the owner have any of these rights on a file.
#[cfg(unix)]
fn is_open(file: &Path, rights: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & rights != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path, _: u32) -> bool {
    false
}

pub(super) async fn certificate(config: &Config, l: &Locale) -> Check {
    let (name, server) = ("transport", &config.server);
    if server.tls_certificate.is_empty() {
        return match (server.is_secure(), server.trusted_proxies.is_empty()) {
            (false, _) => check(name, State::Note, l.t("doctor-transport-plain")),
            (true, true) => check(name, State::Note, l.t("doctor-transport-no-proxy")),
            (true, false) => check(name, State::Good, l.t("doctor-transport-proxy")),
        };
    }
    if let Err(error) = serve::certificate(server).await {
        let files = format!("{}, {}", server.tls_certificate, server.tls_key);
        return check(name, State::Bad, format!("{files}: {error}"));
    }
    // A group of its own may read it, as packages of certificates have it.
    if is_open(Path::new(&server.tls_key), 0o007) {
        return check(name, State::Note, l.a("doctor-transport-open", &[("file", &server.tls_key)]));
    }
    check(name, State::Good, server.tls_certificate.clone())
}

/// What may be put in place of what is built in: the lists of addresses, the agreements, and whom else webhooks trust.
pub(super) fn named(config: &Config) -> Vec<Check> {
    let (lists, agreements) = (&config.eligibility.lists, &config.agreements.folder);
    let dns = Dns::new(NetworkDns::new(&config.dns));
    let rules = email_rules(&config.eligibility, config.sign_up.allow_test_names);
    let tried = [
        ("e-mail lists", lists, rules.map(drop).map_err(|error| format!("{lists}: {error}"))),
        ("agreements", agreements, Library::open(config).map(drop).map_err(|error| error.to_string())),
        (
            "authorities",
            &config.outbound.authorities,
            Guarded::new(dns, &config.outbound).map(drop).map_err(|error| error.to_string()),
        ),
    ];
    let told = tried.into_iter().filter_map(|(name, set, tried)| match tried {
        Err(why) => Some(check(name, State::Bad, why)),
        Ok(()) if set.is_empty() => None,
        Ok(()) => Some(check(name, State::Good, set.as_str())),
    });
    told.collect()
}
