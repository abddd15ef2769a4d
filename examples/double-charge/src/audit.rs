//! What the database says happened, and whether it is right. Nothing here relies on what the
//! customers or the line have counted.

#[cfg(test)]
mod tests;

use crate::client::Heard;
use crate::database::AnyConnection;
use crate::money::Cents;
use crate::plan::Plan;
use crate::shop::SHOP;
use crate::shop::schema::{OPENING, accounts, charges};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use std::collections::BTreeMap;

/// The shop's books, as they are in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Books {
    /// How many charges there are, and their sum.
    pub(crate) charges: i64,
    pub(crate) taken: Cents,
    /// The same for each customer who was charged.
    per_customer: BTreeMap<i64, Charged>,
    /// What is in each account.
    accounts: BTreeMap<i64, Cents>,
    /// All accounts together.
    in_accounts: Cents,
    /// Who was charged what, by the charge's id.
    ledger: BTreeMap<String, (i64, Cents)>,
}

/// What one customer was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Charged {
    times: i64,
    cents: Cents,
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    customer: i64,
    #[diesel(sql_type = BigInt)]
    times: i64,
    #[diesel(sql_type = BigInt)]
    cents: i64,
}

impl Books {
    /// Reads them.
    pub(crate) fn read(conn: &mut AnyConnection) -> QueryResult<Self> {
        let integer = conn.integer();
        let sum = format!("CAST(COALESCE(SUM(cents), 0) AS {integer}) AS cents");
        let all = format!("CAST(0 AS {integer}) AS customer, COUNT(*) AS times, {sum}");
        let charged: Sum =
            sql_query(format!("SELECT {all} FROM double_charge_charges")).get_result(conn)?;
        let held: Sum =
            sql_query(format!("SELECT {all} FROM double_charge_accounts")).get_result(conn)?;
        let per_customer: Vec<Sum> = sql_query(format!(
            "SELECT customer, COUNT(*) AS times, {sum} FROM double_charge_charges GROUP BY customer"
        ))
        .load(conn)?;
        let charge = |row: Sum| {
            (
                row.customer,
                Charged {
                    times: row.times,
                    cents: Cents(row.cents),
                },
            )
        };
        Ok(Self {
            charges: charged.times,
            taken: Cents(charged.cents),
            per_customer: per_customer.into_iter().map(charge).collect(),
            accounts: accounts::table
                .load::<(i64, i64)>(conn)?
                .into_iter()
                .map(|(id, cents)| (id, Cents(cents)))
                .collect(),
            in_accounts: Cents(held.cents),
            ledger: charges::table
                .load::<(String, i64, i64)>(conn)?
                .into_iter()
                .map(|(id, customer, cents)| (id, (customer, Cents(cents))))
                .collect(),
        })
    }

    /// How many customers paid more than once.
    pub(crate) fn overcharged(&self) -> usize {
        let twice = |charged: &&Charged| charged.times > 1;
        self.per_customer.values().filter(twice).count()
    }

    /// How often the one who was charged most often was.
    pub(crate) fn worst(&self) -> i64 {
        let times = self.per_customer.values().map(|charged| charged.times);
        times.max().unwrap_or(0)
    }

    /// Everything that is wrong, in words; nothing if every customer paid exactly once.
    pub(crate) fn faults(&self, plan: &Plan, heard: &Heard) -> Vec<String> {
        let mut faults = Vec::new();
        let expected = plan.expected();
        if self.taken != expected {
            faults.push(format!(
                "the charges add up to {}, not to {expected}",
                self.taken
            ));
        }
        let shop = self.account(SHOP);
        if shop != expected {
            faults.push(format!("the shop's account holds {shop}, not {expected}"));
        }
        let opening: Cents = plan.purchases.iter().map(|_| OPENING).sum();
        if self.in_accounts != opening {
            let off = self.in_accounts - opening;
            faults.push(format!(
                "the accounts together are off by {off}: money came or went"
            ));
        }
        if self.per_customer.len() > plan.purchases.len() {
            faults.push("somebody was charged who bought nothing".to_owned());
        }
        for purchase in &plan.purchases {
            let once = Charged {
                times: 1,
                cents: purchase.price,
            };
            let charged = self.per_customer.get(&purchase.customer).copied();
            let paid = OPENING - self.account(purchase.customer);
            if charged != Some(once) || paid != purchase.price {
                let times = charged.map_or(0, |charged| charged.times);
                faults.push(format!(
                    "customer {} was charged {times} times and paid {paid} for something that costs {}",
                    purchase.customer, purchase.price
                ));
            }
        }
        faults.extend(self.wrong_receipts(plan, heard));
        faults
    }

    /// Every customer holds a receipt for each click, all for the one charge that is in the books.
    fn wrong_receipts(&self, plan: &Plan, heard: &Heard) -> Vec<String> {
        let mut faults = Vec::new();
        for purchase in &plan.purchases {
            let customer = purchase.customer;
            let receipts = heard.receipts.get(&customer).map_or(&[][..], Vec::as_slice);
            let clicks = if purchase.double_click { 2 } else { 1 };
            let right = receipts.iter().all(|receipt| {
                let charge = Some(&(customer, Cents(receipt.cents)));
                receipt.charge == receipts[0].charge && self.ledger.get(&receipt.charge) == charge
            });
            if receipts.len() != clicks || !right {
                faults.push(format!(
                    "customer {customer}'s receipts are not for the one charge made"
                ));
            }
        }
        faults
    }

    /// What is in this account.
    pub(crate) fn account(&self, id: i64) -> Cents {
        self.accounts.get(&id).copied().unwrap_or_default()
    }
}
