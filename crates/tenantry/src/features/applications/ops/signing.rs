//! Certificates that an application's tokens are signed with (Microsoft Graph, addTokenSigningCertificate). The private key
//! is made here, kept encrypted, and never shown.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use model::applications::{KeyCredential, ServicePrincipal};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber};

use super::guard;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::extensions as store;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;

/// Days that a certificate lives at most, and where nothing is said: three years.
const DAYS: i64 = 1096;
/// Certificates of one service principal that are made here.
const MOST: usize = 10;
const SIGN: &str = "Sign";

/// A certificate with its private key, not yet anybody's. Making one takes a while: do it before a transaction.
pub struct SigningCertificate {
    certificate: Vec<u8>,
    private_key: Vec<u8>,
    display_name: String,
    starts: Timestamp,
    ends: Timestamp,
}

/// What is told of a new certificate.
pub struct Made {
    pub credential: KeyCredential,
    /// SHA-1 in hexadecimal, as SAML software names certificates.
    pub thumbprint: String,
}

impl SigningCertificate {
    /// # Errors
    /// A name that isn't `CN=…`, or a lifetime that is none or longer than three years.
    pub fn make(display_name: &str, ends: Option<Timestamp>, moment: &Moment) -> Result<Self, Error> {
        let name = display_name.trim();
        let common =
            name.get(..3).filter(|start| start.eq_ignore_ascii_case("cn=")).map(|_| name[3..].trim());
        let common = common.filter(|common| {
            (1..=60).contains(&common.chars().count()) && !common.chars().any(char::is_control)
        });
        let common = common.ok_or(Refusal::new(Code::CertificateNameUnfit).on("displayName"))?;
        let lifetime = Refusal::new(Code::SecretLifetime).on("endDateTime");
        let latest =
            moment.now.checked_add(SignedDuration::from_hours(24 * DAYS)).map_err(Error::internal)?;
        let ends = ends.unwrap_or(latest);
        if ends <= moment.now || ends > latest {
            return Err(lifetime.into());
        }
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, common);
        params.not_before = at(moment.now)?;
        params.not_after = at(ends)?;
        params.serial_number = Some(SerialNumber::from(moment.bytes::<16>().to_vec()));
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(Error::internal)?;
        let certificate = params.self_signed(&key).map_err(Error::internal)?;
        Ok(Self {
            certificate: certificate.der().to_vec(),
            private_key: key.serialize_der(),
            display_name: name.to_owned(),
            starts: moment.now,
            ends,
        })
    }
}

fn at(moment: Timestamp) -> Result<time::OffsetDateTime, Error> {
    time::OffsetDateTime::from_unix_timestamp(moment.as_second()).map_err(Error::internal)
}

/// Adds a certificate for signing to a service principal: one credential that signs, one that verifies.
///
/// # Errors
/// Not allowed, not there, or ten of them.
pub async fn add_signing_certificate(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    new: &SigningCertificate,
    moment: &Moment,
) -> Result<Made, Error> {
    guard::may_change(scope, actor, id).await?;
    let mut found: Object<ServicePrincipal> = objects::get(scope, id).await?;
    let keys = &mut found.properties.key_credentials;
    if keys.iter().filter(|key| key.usage.as_deref() == Some(SIGN)).count() >= MOST {
        let refusal = Refusal::new(Code::PropertyTooMany).on("keyCredentials");
        return Err(refusal.with("max", MOST.to_string()).into());
    }
    let print = digest(&SHA1_FOR_LEGACY_USE_ONLY, &new.certificate);
    let credential = |usage: &str| KeyCredential {
        custom_key_identifier: Some(STANDARD.encode(print)),
        display_name: Some(new.display_name.clone()),
        end_date_time: Some(new.ends),
        key: Some(STANDARD.encode(&new.certificate)),
        key_id: Some(moment.uuid()),
        start_date_time: Some(new.starts),
        r#type: Some("AsymmetricX509Cert".into()),
        usage: Some(usage.into()),
    };
    let (signs, verifies) = (credential(SIGN), credential("Verify"));
    let key = signs.key_id.unwrap_or_default();
    let context = [b"signing key".as_slice(), id.0.as_bytes(), key.as_bytes()].concat();
    let sealed = app.keys.encrypt(&context, &new.private_key).map_err(Error::internal)?;
    keys.extend([signs, verifies.clone()]);
    store::insert_signing_key(scope, id, key, sealed).await?;
    objects::save(scope, &mut found, moment).await?;
    let thumbprint: String = print.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let event = Event::new(
        Activity::ApplicationCertificatesChanged,
        TargetKind::ServicePrincipal,
        id,
        &found.display_name,
    );
    audit::record(scope, actor, event.changes([Change::set("keyCredentials", &thumbprint)]), moment).await?;
    Ok(Made { credential: verifies, thumbprint })
}

/// Forgets the private keys of certificates that an object has no more.
///
/// # Errors
/// When the engine fails.
pub(super) async fn forget_unused(
    scope: &mut TenantScope<'_>,
    id: ObjectId,
    keys: &[KeyCredential],
) -> Result<(), Error> {
    for key in store::signing_keys(scope, id).await? {
        if !keys.iter().any(|known| known.key_id == Some(key)) {
            store::delete_signing_key(scope, id, key).await?;
        }
    }
    Ok(())
}
