use proptest::prelude::*;

use super::*;

fn filter(text: &str) -> Filter {
    Query::parse([("$filter", text)]).unwrap_or_else(|fault| panic!("{text}: {fault}")).filter.unwrap()
}

fn fault(option: &str, text: &str) -> (usize, String) {
    let fault = Query::parse([(option, text)]).expect_err(text);
    assert_eq!(fault.option, option);
    (fault.at, fault.to_string())
}

fn path(text: &str) -> Path {
    Path(text.split('/').map(str::to_owned).collect())
}

fn equals(property: &str, value: Literal) -> Filter {
    Filter::Compare { property: path(property), comparison: Comparison::Equal, value }
}

#[test]
fn conditions_are_read_with_their_types() {
    let cases = [
        ("displayName eq 'O''Brien'", Literal::Text("O'Brien".into())),
        ("displayName eq ''", Literal::Text(String::new())),
        ("displayName EQ null", Literal::Null),
        ("displayName eq true", Literal::Bool(true)),
        ("displayName eq -12", Literal::Int(-12)),
        ("displayName eq 2026-11-22T10:00:00.5+02:00", Literal::Moment("2026-11-22T10:00:00.5+02:00".into())),
        ("displayName eq 2026-11-22", Literal::Moment("2026-11-22".into())),
        (
            "displayName eq 62E90394-69f5-4237-9190-012177145e10",
            Literal::Guid("62e90394-69f5-4237-9190-012177145e10".into()),
        ),
    ];
    for (text, value) in cases {
        assert_eq!(filter(text), equals("displayName", value), "{text}");
    }
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    let (a, b, c) =
        (equals("a", Literal::Int(1)), equals("b", Literal::Int(2)), equals("c", Literal::Int(3)));
    let both = Filter::And(Box::new(b.clone()), Box::new(c.clone()));
    assert_eq!(filter("a eq 1 or b eq 2 and c eq 3"), Filter::Or(Box::new(a.clone()), Box::new(both)));
    let either = Filter::Or(Box::new(a.clone()), Box::new(b.clone()));
    assert_eq!(filter("(a eq 1 or b eq 2) and c eq 3"), Filter::And(Box::new(either), Box::new(c)));
    let not = Filter::Not(Box::new(a));
    assert_eq!(filter("not (a eq 1) and b eq 2"), Filter::And(Box::new(not.clone()), Box::new(b.clone())));
    assert_eq!(filter("NOT a eq 1 and b eq 2"), Filter::And(Box::new(not), Box::new(b)));
}

#[test]
fn functions_lambdas_lists_and_counts_are_read() {
    let starts = Filter::Text {
        function: TextFunction::StartsWith,
        property: path("displayName"),
        text: "A, (b".into(),
    };
    assert_eq!(filter("startswith( displayName ,'A, (b')"), starts);
    assert_eq!(filter("startsWith(displayName,'A, (b') eq false"), Filter::Not(Box::new(starts)));
    let condition =
        Filter::Text { function: TextFunction::StartsWith, property: path("p"), text: "smtp:x".into() };
    assert_eq!(
        filter("proxyAddresses/any(p:startsWith(p,'smtp:x'))"),
        Filter::Any { collection: path("proxyAddresses"), item: Some(("p".into(), Box::new(condition))) }
    );
    assert_eq!(
        filter("servicePrincipalNames/any(c:c eq 'https://x/y')"),
        Filter::Any {
            collection: path("servicePrincipalNames"),
            item: Some(("c".into(), Box::new(equals("c", Literal::Text("https://x/y".into())))))
        }
    );
    assert_eq!(filter("owners/any()"), Filter::Any { collection: path("owners"), item: None });
    assert_eq!(
        filter("id in ('a', 'b')"),
        Filter::In {
            property: path("id"),
            values: vec![Literal::Text("a".into()), Literal::Text("b".into())]
        }
    );
    assert_eq!(
        filter("owners/$count eq 0"),
        Filter::Count { collection: path("owners"), comparison: Comparison::Equal, number: 0 }
    );
    assert_eq!(
        filter("passwordProfile/forceChangePasswordNextSignIn eq true"),
        equals("passwordProfile/forceChangePasswordNextSignIn", Literal::Bool(true))
    );
    assert_eq!(filter("accountEnabled"), Filter::IsTrue(path("accountEnabled")));
}

#[test]
fn faults_name_the_place_and_what_is_missing() {
    for (text, at, says) in [
        ("", 0, "expected a property or a function, found the end"),
        ("displayName eq", 14, "expected a value, found the end"),
        ("displayName eq Ana", 15, "expected a value; texts stand in single quotes, found Ana"),
        ("displayName eq 'Ana", 15, "a text has no closing quote"),
        ("displayName like 'Ana'", 12, "expected an operator such as eq, found like"),
        ("(a eq 1", 7, "expected and, or or ), found the end"),
        ("a eq 1 b eq 2", 7, "expected the end, found b"),
        ("a eq 1x", 5, "1x can't be read"),
        ("a eq 99999999999999999999", 5, "99999999999999999999 can't be read"),
        ("substringof('x', a)", 0, "the function substringof isn't supported"),
        ("a/all(x:x eq 1)", 2, "all(…) isn't supported"),
        ("a add 1 eq 2", 2, "arithmetic isn't supported"),
        ("a/any(x x eq 1)", 8, "expected a colon, found x"),
        ("a in 'x'", 5, "expected ( and a list, found 'x'"),
        ("a eq \u{0}", 5, "expected a name or a value, found \u{0}"),
    ] {
        assert_eq!(fault("$filter", text), (at, says.to_owned()), "{text}");
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let deep = format!("{}a eq 1{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(fault("$filter", &deep).1, "there are too many conditions");
    assert_eq!(fault("$filter", &"not ".repeat(100)).1, "there are too many conditions");
    let wide = vec!["a eq 1"; 300].join(" or ");
    assert_eq!(fault("$filter", &wide).1, "there are too many conditions");
    assert_eq!(fault("$filter", &"a".repeat(LONGEST + 1)).1, "the value is too long");
}

#[test]
fn lists_of_names_are_read() {
    let query = Query::parse([
        ("$select", "id,displayName,passwordProfile/forceChangePasswordNextSignIn"),
        ("$orderby", "displayName desc,id"),
        ("$expand", "manager($select=id,displayName;$levels=max),members($top=5)"),
        ("$top", "25"),
        ("count", "true"),
        ("$format", "json"),
        ("api-version", "1.6"),
    ])
    .unwrap();
    assert_eq!(query.select.len(), 3);
    assert_eq!(query.order_by[0], OrderBy { property: path("displayName"), descending: true });
    assert!(!query.order_by[1].descending);
    assert_eq!((query.top, query.count), (Some(25), true));
    assert_eq!(query.expand[0].levels, Some(u32::MAX));
    assert_eq!(query.expand[0].select, [path("id"), path("displayName")]);
    assert_eq!(query.expand[1].top, Some(5));
    assert_eq!(fault("$top", "-1").1, "expected a whole number, found -1");
    assert_eq!(fault("$top", "4294967296").1, "expected a whole number, found 4294967296");
    assert_eq!(fault("$count", "yes").1, "expected true or false, found yes");
    assert_eq!(fault("$select", "id,,x"), (3, "expected a property, found ,".into()));
    assert_eq!(fault("$expand", "members($filter=id eq 'x')").1, "$filter inside $expand isn't supported");
    assert_eq!(fault("$expand", "members,owners,members($top=1)"), (15, "members stands twice".into()));
    let twice = Query::parse([("$top", "1"), ("top", "2")]).unwrap_err();
    assert_eq!(twice.to_string(), "the option stands twice");
    let unknown = Query::parse([("$apply", "x")]).unwrap_err();
    assert_eq!(unknown.to_string(), "$apply isn't supported");
}

#[test]
fn searches_are_read() {
    let search = |text| Query::parse([("$search", text)]).unwrap().search.unwrap();
    let term = |property: Option<&str>, text: &str| Search::Term {
        property: property.map(str::to_owned),
        text: text.into(),
    };
    assert_eq!(search("\"displayName:ali ben\""), term(Some("displayName"), "ali ben"));
    assert_eq!(search("\"ali\""), term(None, "ali"));
    assert_eq!(search(r#""say \"hi\"""#), term(None, "say \"hi\""));
    let (a, b, c) = (term(None, "a"), term(None, "b"), term(None, "c"));
    let both = Search::And(Box::new(b.clone()), Box::new(c.clone()));
    assert_eq!(search(r#""a" OR "b" AND "c""#), Search::Or(Box::new(a.clone()), Box::new(both.clone())));
    assert_eq!(search(r#""b" "c""#), both);
    let not = Search::And(Box::new(a), Box::new(Search::Not(Box::new(b))));
    assert_eq!(search(r#"("a") AND NOT "b""#), not);
    assert_eq!(fault("$search", "ali").1, "expected a term in double quotes, found ali");
    assert_eq!(fault("$search", "\"a\" OR").1, "expected a term in double quotes, found the end");
}

fn written(filter: &Filter) -> String {
    let literal = |literal: &Literal| match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(it) => it.to_string(),
        Literal::Int(it) => it.to_string(),
        Literal::Text(it) => format!("'{}'", it.replace('\'', "''")),
        Literal::Guid(it) | Literal::Moment(it) => it.clone(),
    };
    let operator = |comparison: &Comparison| match comparison {
        Comparison::Equal => "eq",
        Comparison::NotEqual => "ne",
        Comparison::Greater => "gt",
        Comparison::GreaterOrEqual => "ge",
        Comparison::Less => "lt",
        Comparison::LessOrEqual => "le",
        Comparison::Has => "has",
    };
    match filter {
        Filter::And(a, b) => format!("({} and {})", written(a), written(b)),
        Filter::Or(a, b) => format!("({} or {})", written(a), written(b)),
        Filter::Not(a) => format!("not ({})", written(a)),
        Filter::Compare { property, comparison, value } => {
            format!("{} {} {}", property.text(), operator(comparison), literal(value))
        }
        Filter::In { property, values } => {
            format!("{} in ({})", property.text(), values.iter().map(literal).collect::<Vec<_>>().join(","))
        }
        Filter::Text { function, property, text } => {
            format!("{function:?}({},{})", property.text(), literal(&Literal::Text(text.clone())))
        }
        Filter::Any { collection, item } => {
            let item =
                item.as_ref().map(|(name, inner)| format!("{name}:{}", written(inner))).unwrap_or_default();
            format!("{}/any({item})", collection.text())
        }
        Filter::Count { collection, comparison, number } => {
            format!("{}/$count {} {number}", collection.text(), operator(comparison))
        }
        Filter::IsTrue(property) => property.text(),
    }
}

fn any_path() -> impl Strategy<Value = Path> {
    proptest::collection::vec("[a-z][A-Za-z0-9]{1,8}", 1..3).prop_map(Path).prop_filter("keywords", |path| {
        !path.0.iter().any(|name| ["not", "any", "all", "in", "eq", "or", "and"].contains(&name.as_str()))
    })
}

fn any_literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Int),
        any::<String>().prop_map(Literal::Text),
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(Literal::Guid),
        "20[0-9]{2}-0[1-9]-1[0-9]T0[0-9]:[0-5][0-9]:00Z".prop_map(Literal::Moment),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let comparison = prop_oneof![
        Just(Comparison::Equal),
        Just(Comparison::NotEqual),
        Just(Comparison::GreaterOrEqual),
        Just(Comparison::Less)
    ];
    let function = prop_oneof![
        Just(TextFunction::StartsWith),
        Just(TextFunction::EndsWith),
        Just(TextFunction::Contains)
    ];
    let leaf =
        prop_oneof![
            (any_path(), comparison, any_literal())
                .prop_map(|(property, comparison, value)| Filter::Compare { property, comparison, value }),
            (any_path(), proptest::collection::vec(any_literal(), 1..4))
                .prop_map(|(property, values)| Filter::In { property, values }),
            (function, any_path(), any::<String>()).prop_map(|(function, property, text)| Filter::Text {
                function,
                property,
                text
            }),
            any_path().prop_map(Filter::IsTrue),
            (any_path(), any::<i64>()).prop_map(|(collection, number)| Filter::Count {
                collection,
                comparison: Comparison::Equal,
                number
            }),
        ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
            inner.clone().prop_map(|a| Filter::Not(Box::new(a))),
            (any_path(), inner).prop_map(|(collection, a)| Filter::Any {
                collection,
                item: Some(("x".into(), Box::new(a)))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(tree in any_filter()) {
        let text = written(&tree);
        prop_assume!(text.len() <= LONGEST);
        let read = Query::parse([("$filter", text.as_str())]);
        prop_assert_eq!(read.map(|query| query.filter), Ok(Some(tree)), "{}", text);
    }

    #[test]
    fn any_text_has_an_answer(text in any::<String>(), words in "[a-z0-9 '\"(),/:$=;*.-]{0,60}") {
        for option in ["$select", "$filter", "$search", "$orderby", "$expand", "$top", "$skiptoken"] {
            for value in [&text, &words] {
                if let Err(fault) = Query::parse([(option, value.as_str())]) {
                    prop_assert!(fault.at <= value.len() && value.is_char_boundary(fault.at));
                }
            }
        }
    }
}
