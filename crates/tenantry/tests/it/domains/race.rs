//! Two tenants that prove one name at once.

use tenantry::features::domains::Check;

use super::{add, company, expected, get, is_verified, look, verify_by};
use crate::support::TestApp;

both_engines!(exactly_one_of_two_has_a_name);

async fn exactly_one_of_two_has_a_name(t: &mut TestApp) {
    let (contoso, fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    for round in 0..20 {
        let name = format!("name{round}.test");
        let mut texts = Vec::new();
        for company in [&contoso, &fabrikam] {
            add(t, &company.admin, &name).await.unwrap();
            texts.push(expected(t, &company.admin, &name).await);
        }
        t.dns.text(&name, &[&texts[0], &texts[1]]);
        let one = look(t, &t.app.outside.dns, &contoso.admin, &name).await;
        let two = look(t, &t.app.outside.dns, &fabrikam.admin, &name).await;
        let (one, two) = tokio::join!(
            verify_by(t, &contoso.admin, &name, &one),
            verify_by(t, &fabrikam.admin, &name, &two),
        );
        let won = [&one, &two].map(|result| matches!(result, Ok(Check::Verified { .. })));
        assert_ne!(won[0], won[1], "{name}: {one:?} {two:?}");
        for (company, won) in [(&contoso, won[0]), (&fabrikam, won[1])] {
            assert_eq!(is_verified(&get(t, &company.admin, &name).await.unwrap()), won);
        }
    }
    assert_eq!(t.count("SELECT count(*) FROM verified_domain WHERE name LIKE 'name%'").await, 20);
}
