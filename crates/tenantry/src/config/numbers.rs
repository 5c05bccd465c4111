//! Every number of the configuration has bounds: beyond them the service couldn't work, or not as anybody means it.

use toml::{Table, Value};

use super::ConfigError;

/// Section, key, least, most. A test finds each number of the defaults here.
const BOUNDS: &[(&str, &str, i64, i64)] = &[
    ("server", "body_limit", 1_024, 100 << 20),
    ("server", "header_timeout", 1, 300),
    ("server", "request_timeout", 1, 3_600),
    ("accounts", "domain_names", 1, 1_000_000),
    ("accounts", "custom_roles", 0, 10_000),
    ("accounts", "people", 1, 100_000_000),
    ("accounts", "rule_groups", 0, 100_000),
    ("imports", "file_bytes", 1_024, 100 << 20),
    ("imports", "rows", 1, 100_000),
    ("domains", "prove_every", 1, 168),
    ("domains", "warn_after", 1, 365),
    ("domains", "lapse_after", 1, 365),
    ("domains", "contest_for", 1, 365),
    ("sign_up", "expires_after", 1, 365),
    ("dns", "timeout", 1, 60),
    ("outbound", "connect_timeout", 1, 10),
    ("outbound", "timeout", 1, 15),
    ("passwords", "memory", 8, 4 << 20),
    ("passwords", "iterations", 1, 1_000),
    ("passwords", "lanes", 1, 255),
    ("passwords", "parallel", 0, 1_024),
    ("passwords", "waiting", 0, 100_000),
    ("sessions", "hours", 1, 24 * 365),
    ("sessions", "remembered_days", 1, 3_650),
    ("audit", "keep_days", 1, 36_500),
    ("registration", "per_tenant", 1, 1_000_000),
    ("limits", "sensitive_per_minute", 1, 4_000_000_000),
    ("limits", "checks_per_minute", 1, 4_000_000_000),
    ("limits", "api_reads_per_second", 1, 1_000_000),
    ("limits", "api_writes_per_second", 1, 1_000_000),
    ("limits", "codes_per_address", 1, 1_000_000_000),
    ("limits", "codes_per_network", 1, 1_000_000_000),
    ("limits", "webhook_sends_per_minute", 1, 1_000_000),
];

pub(super) fn check(settings: &Table) -> Result<(), ConfigError> {
    for (section, key, least, most) in BOUNDS {
        let value = settings.get(*section).and_then(|values| values.get(key));
        if let Some(Value::Integer(number)) = value
            && !(least..=most).contains(&number)
        {
            return Err(ConfigError::Value(format!(
                "{section}.{key} goes from {least} to {most}; {number} is out of it"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, DEFAULTS};

    #[test]
    fn every_number_has_bounds_that_hold() {
        let defaults: Table = toml::from_str(DEFAULTS).unwrap();
        let mut numbers = 0;
        for (section, values) in &defaults {
            for (key, _) in values.as_table().unwrap().iter().filter(|(_, value)| value.is_integer()) {
                let bounds = BOUNDS.iter().find(|(known, of, ..)| known == section && of == key);
                let (_, _, least, most) = *bounds.unwrap_or_else(|| panic!("{section}.{key} has no bounds"));
                for out in [least - 1, most + 1, i64::MIN, i64::MAX] {
                    let mut settings = defaults.clone();
                    settings[section][key] = Value::Integer(out);
                    let refused = Config::from_settings(settings).unwrap_err().to_string();
                    assert!(refused.contains(&format!("{section}.{key}")), "{refused}");
                }
                numbers += 1;
            }
        }
        assert_eq!(numbers, BOUNDS.len());
    }
}
