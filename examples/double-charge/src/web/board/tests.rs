use super::{Board, PURCHASES, REQUESTS};
use crate::web::order::Order;
use serde_json::Value;
use std::time::Duration;

fn order(purchase: usize) -> Order {
    Order {
        purchase: format!("purchase-{purchase}"),
        press: 1,
        attempt: 1,
        client: "test".to_owned(),
        round: 1,
    }
}

fn snapshot(board: &Board) -> Value {
    serde_json::from_str(&board.follow().0.data).unwrap()
}

#[test]
fn a_long_day_is_counted_to_the_end_and_remembered_in_part() {
    let board = Board::new(0.5, Duration::ZERO);
    let day = PURCHASES * 2;
    for purchase in 0..day {
        board.sent(&order(purchase), None).unwrap();
        board.charged(&format!("purchase-{purchase}"), &purchase.to_string());
    }
    let snapshot = snapshot(&board);
    assert_eq!(snapshot["shop"]["expected"], day);
    assert_eq!(snapshot["requests"].as_array().unwrap().len(), REQUESTS);
    assert_eq!(snapshot["requests"][REQUESTS - 1]["purchase"], day);
    let state = board.state();
    assert_eq!(
        (state.purchases.len(), state.requests.len()),
        (PURCHASES, REQUESTS)
    );
}

#[test]
fn every_request_of_a_purchase_is_for_the_same_one() {
    let board = Board::new(0.5, Duration::ZERO);
    for purchase in [1, 2, 1, 2, 1] {
        board.sent(&order(purchase), None).unwrap();
    }
    let snapshot = snapshot(&board);
    let purchases = snapshot["requests"].as_array().unwrap().iter();
    let purchases: Vec<_> = purchases
        .map(|request| request["purchase"].clone())
        .collect();
    assert_eq!(purchases, [1, 2, 1, 2, 1]);
    assert_eq!(snapshot["shop"]["expected"], 2);
}

#[test]
fn a_receipt_that_is_given_again_is_no_other_charge() {
    let board = Board::new(0.5, Duration::ZERO);
    board.sent(&order(1), None).unwrap();
    for charge in ["a", "a", "b"] {
        board.charged("purchase-1", charge);
    }
    let charges = &snapshot(&board)["shop"]["purchases"][0]["charges"];
    assert_eq!(*charges, serde_json::json!(["a", "b"]));
}
