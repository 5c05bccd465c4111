use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::{Host, Rules, Target, is_public};
use crate::refusal::Code;

fn usual() -> Rules {
    Rules { ports: vec![443], loopback: false }
}

fn code(text: &str, rules: &Rules) -> Option<Code> {
    Target::parse(text, rules).err().map(|refusal| refusal.code)
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    let inner = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 \
        172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 \
        203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 \
        ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 100::1 2001::1 \
        2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: \
        2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1";
    for text in inner.split_whitespace() {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    let outer = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 \
        223.255.255.255 2606:4700:4700::1111 2a00:1450::1 2001:200::1 64:ff9b::808:808 3fff:1000::1";
    for text in outer.split_whitespace() {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn one_writing_of_each_address() {
    for (text, canonical) in [
        ("https://Hooks.Example.COM", "https://hooks.example.com/"),
        ("HTTPS://hooks.example.com:443/a?b=c", "https://hooks.example.com/a?b=c"),
        ("https://hooks.example.com.?x", "https://hooks.example.com/?x"),
        ("https://bücher.example/ä".trim_end_matches('ä'), "https://xn--bcher-kva.example/"),
        ("https://hooks。example。com/", "https://hooks.example.com/"),
    ] {
        assert_eq!(Target::parse(text, &usual()).unwrap().to_string(), canonical, "{text}");
    }
    let wide = Rules { ports: vec![443, 8443], loopback: true };
    for (text, canonical) in [
        ("https://hooks.example.com:8443/", "https://hooks.example.com:8443/"),
        ("http://localhost:8080/x", "http://127.0.0.1:8080/x"),
        ("https://[::1]:9/", "https://[::1]:9/"),
    ] {
        assert_eq!(Target::parse(text, &wide).unwrap().to_string(), canonical, "{text}");
    }
}

#[test]
fn every_writing_of_an_address_in_figures_is_refused_alike() {
    let literals = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "8.8.8.8",
        "１２７.0.0.1",
        "127。0。0。1",
        "127.0.0.1.",
        "0x",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1%25eth0]",
        "[v1.x]",
        "localhost",
        "a.localhost",
        "intranet",
        "example.0x10",
        "example.1",
    ];
    for host in literals {
        for rest in ["", "/x", ":443/x"] {
            let text = format!("https://{host}{rest}");
            let refused = code(&text, &usual());
            assert!(matches!(refused, Some(Code::UrlUnreachable | Code::UrlInvalid)), "{text}: {refused:?}");
        }
    }
    for host in ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "localhost", "10.0.0.1"]
    {
        assert_eq!(code(&format!("https://{host}/"), &usual()), Some(Code::UrlUnreachable), "{host}");
    }
    let near = Rules { ports: vec![443], loopback: true };
    for host in ["127.1", "2130706433", "10.0.0.1", "[fe80::1]", "0.0.0.0"] {
        assert_eq!(code(&format!("https://{host}/"), &near), Some(Code::UrlUnreachable), "{host}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    for text in [
        "https://user@hooks.example.com/",
        "https://hooks.example.com@10.0.0.1/",
        "https://hooks.example.com#@x/",
        "https://hooks.example.com/#x",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://hooks.example.com:/x y",
        "https://hooks.example.com/\n",
        "https://a..example/",
        "https:///x",
        "https://",
        "hooks.example.com",
        "https://hooks.example.com:x/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://%31.example.com/",
        "https://ho_oks.example.com/",
        "https://[::1/",
        "https://hooks.example.com/ü",
    ] {
        let refused = code(&text.replace('\n', "\nx"), &usual());
        assert_eq!(refused, Some(Code::UrlInvalid), "{text}");
    }
    for text in
        ["http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://x.example/"]
    {
        assert_eq!(code(text, &usual()), Some(Code::UrlHttps), "{text}");
    }
    let near = Rules { ports: vec![443], loopback: true };
    assert_eq!(code("http://hooks.example.com/", &near), Some(Code::UrlHttps));
    assert_eq!(code("https://hooks.example.com:25/", &usual()), Some(Code::UrlPort));
    assert_eq!(code("", &usual()), Some(Code::FieldRequired));
    assert_eq!(code(&format!("https://x.example/{}", "a".repeat(2000)), &usual()), Some(Code::FieldTooLong));
}

proptest! {
    #[test]
    fn an_ipv4_address_hides_in_no_ipv6_address(bits: u32) {
        let v4 = Ipv4Addr::from_bits(bits);
        let six = |prefix: u128| IpAddr::V6(Ipv6Addr::from_bits(prefix << 32 | u128::from(bits)));
        prop_assert!(!is_public(IpAddr::V6(v4.to_ipv6_mapped())));
        prop_assert!(!is_public(six(0)));
        prop_assert_eq!(is_public(six(0x0064_ff9b_0000_0000_0000_0000)), is_public(v4.into()));
        let octets = v4.octets().map(u16::from);
        let (high, low) = (octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]);
        prop_assert!(!is_public(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into()));
    }

    #[test]
    fn our_view_is_never_wider_than_the_standard_librarys(bits: u32) {
        let v4 = Ipv4Addr::from_bits(bits);
        let inner = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
            || v4.is_documentation() || v4.is_unspecified();
        prop_assert!(!(inner && is_public(v4.into())));
    }

    #[test]
    fn what_is_accepted_is_a_name_and_reads_the_same_again(
        text in "(?i)https?://([a-z0-9.@\\[\\]:%_x-]|[é。１]){0,30}(:[0-9]{0,5})?[/?#a-z0-9é]{0,10}",
    ) {
        if let Ok(target) = Target::parse(&text, &usual()) {
            let Host::Name(name) = target.host() else { panic!("{text}") };
            prop_assert!(name.contains('.') && name.parse::<IpAddr>().is_err());
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.'));
            prop_assert_eq!(target.port(), 443);
            prop_assert_eq!(Target::parse(&target.to_string(), &usual()).unwrap(), target);
        }
    }
}
