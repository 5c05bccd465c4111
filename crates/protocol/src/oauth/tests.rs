use proptest::prelude::*;

use super::*;

fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    Parameters::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).unwrap()
}

#[test]
fn a_parameter_stands_once_and_an_empty_one_not_at_all() {
    let twice = [("state", "a"), ("state", "b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(Parameters::of(twice).unwrap_err().code, FaultCode::InvalidRequest);
    let read = parameters(&[("state", ""), ("resource", "a"), ("resource", "b"), ("scope", "a  b a")]);
    assert_eq!((read.get("state"), read.all("resource").count()), (None, 2));
    assert_eq!(read.words("scope"), ["a", "b"]);
}

#[test]
fn a_request_means_what_the_standard_says() {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = AuthorizationRequest::parse(&parameters(&[
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("prompt", "login consent"),
        ("max_age", "0"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("claims", r#"{"id_token":{"auth_time":{"essential":true},"acr":{"values":["a","b"]}},"userinfo":{"name":null}}"#),
    ]))
    .unwrap();
    assert!(request.is_openid() && request.prompt.login && request.prompt.consent && !request.prompt.none);
    assert_eq!((request.max_age, request.challenge), (Some(0), Some(Challenge(challenge.into()))));
    assert!(request.claims.of_id_token("auth_time").unwrap().essential);
    assert_eq!(request.claims.of_id_token("acr").unwrap().values.len(), 2);
    for (name, value, code) in [
        ("response_type", "token", FaultCode::UnsupportedResponseType),
        ("response_type", "code token", FaultCode::UnsupportedResponseType),
        ("response_type", "code code", FaultCode::UnsupportedResponseType),
        // Without a nonce.
        ("response_type", "code id_token", FaultCode::InvalidRequest),
        ("prompt", "none login", FaultCode::InvalidRequest),
        ("prompt", "dance", FaultCode::InvalidRequest),
        ("max_age", "-1", FaultCode::InvalidRequest),
        ("response_mode", "pigeon", FaultCode::InvalidRequest),
        ("code_challenge", challenge, FaultCode::InvalidRequest),
        ("code_challenge_method", "S256", FaultCode::InvalidRequest),
        ("claims", "[]", FaultCode::InvalidRequest),
        ("claims", r#"{"id_token":{"acr":{"essential":"yes"}}}"#, FaultCode::InvalidRequest),
    ] {
        let sent = parameters(&[("response_type", "code")]).with(parameters(&[(name, value)]));
        assert_eq!(AuthorizationRequest::parse(&sent).unwrap_err().code, code, "{name}={value}");
    }
}

#[test]
fn a_client_shows_who_it_is_in_one_way() {
    let basic = |header| ClientAuthentication::of(Some(header), &Parameters::default());
    // "a b:c:d%" in form encoding.
    let read = basic("basic YStiOmMlM0FkJTI1").unwrap();
    let method = ClientMethod::SecretBasic;
    assert_eq!(read, ClientAuthentication::Secret { client_id: "a b".into(), secret: "c:d%".into(), method });
    for bad in ["Basic", "Basic !", "Bearer YTpi", "Basic YQ==", "Basic YTo=", "Basic /w=="] {
        assert_eq!(basic(bad).unwrap_err().code, FaultCode::InvalidClient, "{bad}");
    }
    let both = parameters(&[("client_id", "a"), ("client_secret", "b")]);
    assert!(ClientAuthentication::of(Some("Basic YTpi"), &both).is_err());
    assert!(
        ClientAuthentication::of(None, &both.clone().with(parameters(&[("client_assertion", "c")]))).is_err()
    );
    assert_eq!(ClientAuthentication::of(None, &both).unwrap().client_id(), Some("a"));
    assert!(ClientAuthentication::of(None, &Parameters::default()).is_err());
}

#[test]
fn words_of_a_fault_fit_into_an_answer() {
    let fault = Fault::new(FaultCode::InvalidRequest, "a\"b\\c\né");
    assert_eq!(fault.description, "abc");
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(pairs in prop::collection::vec((".{0,20}", ".{0,40}"), 0..8), header in ".{0,40}") {
        if let Ok(read) = Parameters::of(pairs) {
            let _ = AuthorizationRequest::parse(&read);
            let _ = ClientAuthentication::of(Some(&header), &read);
        }
    }

    #[test]
    fn verifiers_are_of_unreserved_characters(text in "[A-Za-z0-9._~-]{43,128}", bad in "[ +/=%\"]") {
        prop_assert!(is_verifier(&text));
        let broken = format!("{text}{bad}");
        prop_assert!(!is_verifier(&broken));
    }
}

#[test]
fn metadata_is_read_by_its_kinds() {
    let read = |body: &str| ClientMetadata::parse(body.as_bytes()).unwrap();
    let metadata = read(
        r#"{"client_name":"a","redirect_uris":["b"],"default_max_age":60,"require_auth_time":true,"x":{},"y":null}"#,
    );
    assert_eq!(metadata.text("client_name").unwrap().as_deref(), Some("a"));
    assert_eq!(metadata.texts("redirect_uris").unwrap(), Some(vec!["b".to_owned()]));
    assert_eq!(metadata.seconds("default_max_age").unwrap(), Some(60));
    assert!(metadata.truth("require_auth_time").unwrap() && metadata.value("y").is_none());
    for body in ["[]", "", "{", "1"] {
        assert_eq!(
            ClientMetadata::parse(body.as_bytes()).unwrap_err().code,
            FaultCode::InvalidClientMetadata
        );
    }
    let odd = read(r#"{"a":1,"b":"text","c":-1}"#);
    assert!(
        odd.text("a").is_err()
            && odd.texts("b").is_err()
            && odd.truth("b").is_err()
            && odd.seconds("c").is_err()
    );
}
