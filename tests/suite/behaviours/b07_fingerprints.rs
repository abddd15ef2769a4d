use std::collections::HashMap;

use idem_diesel::{Error, IdempotencyKey, Rejection};
use idem_tests::{TestDb, for_each_driver};
use serde_json::json;

use crate::functions::{Failure, Functions, Letter};

fn letter() -> Letter {
    Letter {
        labels: (0..20)
            .map(|number| (format!("label-{number}"), number))
            .collect(),
        document: json!({"a": {"x": 1, "y": [1, 2, {"p": null, "q": 0.5}]}, "b": "é"}),
        from: "ab".to_owned(),
        to: "c".to_owned(),
        lines: vec!["one".to_owned(), "two".to_owned()],
        note: None,
    }
}

/// Fails unless each of these requests is taken for the same as [`letter`], or for another.
async fn assert_compared<D: Functions>(db: &TestDb<D>, letters: &[Letter], same: bool) {
    let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
    assert!(!conn.send(&key, &letter()).await.unwrap().is_replayed());
    for letter in letters {
        let answer = conn.send(&key, letter).await;
        if same {
            assert!(answer.unwrap().is_replayed(), "{letter:?}");
        } else {
            let reused = matches!(
                answer,
                Err(Failure::Idem(Error::Rejected(Rejection::KeyReused { .. })))
            );
            assert!(reused, "{letter:?}");
        }
    }
    assert!(conn.send(&key, &letter()).await.unwrap().is_replayed());
    assert_eq!(db.balance(1).await, 1050);
}

/// [`letter`], changed.
fn changed(change: impl FnOnce(&mut Letter)) -> Letter {
    let mut letter = letter();
    change(&mut letter);
    letter
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn the_order_in_a_map_is_no_other_request<D: Functions>(db: &TestDb<D>) {
        // Each map has an order of its own; some of these are different ones.
        let letters: Vec<_> = (0..8).map(|_| letter()).collect();
        let order = |letter: &Letter| letter.labels.keys().cloned().collect::<Vec<_>>();
        assert!(letters.iter().any(|other| order(other) != order(&letters[0])));
        assert_compared(db, &letters, true).await;
    }

    async fn the_order_of_keys_and_the_formatting_of_json_are_no_other_request<D: Functions>(db: &TestDb<D>) {
        let texts = [
            r#"{"a":{"x":1,"y":[1,2,{"p":null,"q":0.5}]},"b":"é"}"#,
            r#"{"b":"\u00e9","a":{"y":[1,2,{"q":5e-1,"p":null}],"x":1}}"#,
            "{\r\n\t\"b\" : \"é\" ,\n \"a\" : { \"y\" : [ 1 , 2 , { \"q\" : 0.50 , \"p\" : null } ] , \"x\" : 1 }\n}\n",
        ];
        let letters: Vec<_> = texts.map(|text| changed(|letter| letter.document = serde_json::from_str(text).unwrap())).into();
        assert_compared(db, &letters, true).await;
    }

    async fn a_byte_moved_between_two_arguments_is_another_request<D: Functions>(db: &TestDb<D>) {
        let pairs = [("a", "bc"), ("abc", ""), ("", "abc"), ("c", "ab"), ("ab", "c\0"), ("ab\0", "c"), ("ab\",\"c", "")];
        let letters: Vec<_> = pairs.map(|(from, to)| changed(|letter| {
            letter.from = from.to_owned();
            letter.to = to.to_owned();
        })).into();
        assert_compared(db, &letters, false).await;
    }

    async fn whatever_else_an_argument_says_counts<D: Functions>(db: &TestDb<D>) {
        assert_compared(db, &[
            changed(|letter| letter.lines = vec!["onetwo".to_owned()]),
            changed(|letter| letter.lines.reverse()),
            changed(|letter| letter.lines.push(String::new())),
            changed(|letter| letter.note = Some(String::new())),
            changed(|letter| letter.labels = HashMap::new()),
            changed(|letter| *letter.labels.get_mut("label-7").unwrap() = 8),
            changed(|letter| letter.document["a"]["y"] = json!([2, 1, {"p": null, "q": 0.5}])),
            changed(|letter| letter.document["b"] = json!("e\u{301}")),
            changed(|letter| letter.document["b"] = json!("É")),
            changed(|letter| letter.document["a"]["x"] = json!("1")),
        ], false).await;
    }
}
