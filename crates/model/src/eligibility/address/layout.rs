//! The lines of a label, in the country's own order.

use super::AddressInput;
use super::countries::{CountryRules, rules};

/// Which of a country's two orders to write in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the country's own post writes it.
    Local,
    /// The order used with Latin letters, which in East Asia runs from small to large.
    Latin,
}

/// The address as lines below the recipient's name, without the country. Unknown countries get one field a line.
#[must_use]
pub fn format(address: &AddressInput, recipient: &str, order: Order) -> Vec<String> {
    let general = "%O%n%A%n%D%n%C%n%S%n%Z";
    let known = rules(&address.country);
    let template = match (known, order) {
        (Some(rules), Order::Latin) if !rules.latin_format.is_empty() => &rules.latin_format,
        (Some(rules), _) => &rules.format,
        (None, _) => general,
    };
    let fill = |line: &str| fill(line, address, recipient, known, order);
    template.split("%n").flat_map(fill).filter(|line| !line.is_empty()).collect()
}

fn fill(
    template: &str,
    address: &AddressInput,
    recipient: &str,
    rules: Option<&CountryRules>,
    order: Order,
) -> Vec<String> {
    if template == "%A" {
        return address.address_lines.iter().map(|line| line.trim().to_owned()).collect();
    }
    let mut text = String::new();
    let mut parts = template.split('%');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut letters = part.chars();
        match letters.next() {
            Some('O') => text.push_str(recipient),
            Some('A') => text.push_str(&address.address_lines.join(", ")),
            Some('D') => text.push_str(&address.suburb),
            Some('C') => text.push_str(&address.city),
            Some('S') => text.push_str(&region(address, rules, order)),
            Some('Z') => text.push_str(&address.postal_code),
            _ => {}
        }
        text.push_str(letters.as_str());
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_matches([' ', ',', '-', '/']);
    vec![if line == "〒" { String::new() } else { line.to_owned() }]
}

/// The region as addresses write it, from its id.
fn region(address: &AddressInput, rules: Option<&CountryRules>, order: Order) -> String {
    let found = rules.and_then(|rules| rules.subdivision(&address.region));
    match found {
        Some(found) if order == Order::Latin && !found.latin.is_empty() => found.latin.clone(),
        Some(found) => found.key.clone(),
        None => address.region.clone(),
    }
}
