//! Books that are off by a little, and the verdict on them.

use super::{Books, Charged};
use crate::cli::Cli;
use crate::client::Heard;
use crate::money::Cents;
use crate::plan::Plan;
use crate::shop::schema::OPENING;
use crate::shop::{Receipt, SHOP};
use clap::Parser as _;

/// Three customers who each paid 10.00 once and hold the receipt.
fn right() -> (Plan, Books, Heard) {
    let arguments = ["double-charge", "--customers", "3", "--amount", "10"];
    let mut plan = Plan::new(&Cli::try_parse_from(arguments).unwrap().options);
    plan.purchases
        .iter_mut()
        .for_each(|purchase| purchase.double_click = false);
    let price = Cents(1000);
    let id = |customer| format!("charge-{customer}");
    let mut accounts: super::BTreeMap<_, _> = (1..=3)
        .map(|customer| (customer, OPENING - price))
        .collect();
    accounts.insert(SHOP, Cents(3000));
    let books = Books {
        charges: 3,
        taken: Cents(3000),
        per_customer: (1..=3)
            .map(|customer| {
                (
                    customer,
                    Charged {
                        times: 1,
                        cents: price,
                    },
                )
            })
            .collect(),
        in_accounts: accounts.values().copied().sum(),
        accounts,
        ledger: (1..=3)
            .map(|customer| (id(customer), (customer, price)))
            .collect(),
    };
    let receipt = |customer| {
        vec![Receipt {
            charge: id(customer),
            cents: 1000,
        }]
    };
    let receipts = (1..=3)
        .map(|customer| (customer, receipt(customer)))
        .collect();
    (
        plan,
        books,
        Heard {
            receipts,
            ..Heard::default()
        },
    )
}

/// What is said of books that were right before this.
fn faults(wrong: impl FnOnce(&mut Books, &mut Heard)) -> Vec<String> {
    let (plan, mut books, mut heard) = right();
    wrong(&mut books, &mut heard);
    books.faults(&plan, &heard)
}

fn add(cents: &mut Cents, more: i64) {
    cents.0 += more;
}

#[test]
fn books_in_which_everybody_paid_once_have_no_fault() {
    assert_eq!(faults(|_, _| ()), Vec::<String>::new());
}

#[test]
fn one_cent_is_missed_wherever_it_is() {
    let faulty = [
        faults(|books, _| add(&mut books.taken, 1)),
        faults(|books, _| add(&mut books.in_accounts, -1)),
        faults(|books, _| add(books.accounts.get_mut(&SHOP).unwrap(), 1)),
        faults(|books, _| add(books.accounts.get_mut(&2).unwrap(), -1)),
        faults(|books, _| add(&mut books.per_customer.get_mut(&2).unwrap().cents, 1)),
        faults(|books, _| add(&mut books.ledger.get_mut("charge-2").unwrap().1, 1)),
        faults(|_, heard| heard.receipts.get_mut(&2).unwrap()[0].cents -= 1),
    ];
    for (index, faults) in faulty.iter().enumerate() {
        assert!(!faults.is_empty(), "{index}");
    }
}

#[test]
fn a_sum_that_is_right_hides_nobody_who_paid_twice() {
    let twice = Charged {
        times: 2,
        cents: Cents(2000),
    };
    let faults = faults(|books, _| {
        books.per_customer.insert(1, twice);
        books.per_customer.remove(&2);
    });
    assert!(
        faults[0].starts_with("customer 1 was charged 2 times"),
        "{faults:?}"
    );
    assert!(
        faults[1].starts_with("customer 2 was charged 0 times"),
        "{faults:?}"
    );
}

#[test]
fn every_click_must_hear_of_the_one_charge() {
    let other = Receipt {
        charge: "charge-1".to_owned(),
        cents: 1000,
    };
    assert_eq!(
        faults(|_, heard| heard.receipts.get_mut(&2).unwrap().clear()).len(),
        1
    );
    assert_eq!(
        faults(|_, heard| heard.receipts.get_mut(&2).unwrap().push(other.clone())).len(),
        1
    );
    assert_eq!(
        faults(|_, heard| heard.receipts.get_mut(&2).unwrap()[0] = other).len(),
        1
    );
}

#[test]
fn a_charge_to_nobody_is_a_fault() {
    let once = Charged {
        times: 1,
        cents: Cents(0),
    };
    assert_eq!(
        faults(|books, _| _ = books.per_customer.insert(9, once)).len(),
        1
    );
}
