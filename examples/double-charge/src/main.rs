//! The double-charge story.

use diesel::prelude::*;
use idem_diesel::{IdempotencyKey, idempotent};

#[idempotent(operation = "payments.charge", ttl = "24h")]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<i64, idem_diesel::Error> {
    diesel::sql_query(format!("INSERT INTO charges VALUES ({cents})")).execute(conn)?;
    Ok(cents)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    idem_diesel::setup(&mut conn)?;
    diesel::sql_query("CREATE TABLE charges (cents BIGINT)").execute(&mut conn)?;
    let key = IdempotencyKey::generate();
    println!("{:?}", charge(&mut conn, &key, 1999)?);
    println!("{:?}", charge(&mut conn, &key, 1999)?);
    println!("{:?}", charge(&mut conn, &key, 2000));
    Ok(())
}
