//! Statements that may fail without harm to the transaction they are in.

use crate::driver::Driver;
use crate::transaction;
use diesel::QueryResult;

/// Runs a statement that may break a constraint, so that an open transaction stays usable.
pub(super) async fn guarded<D: Driver, T>(
    driver: &mut D,
    statement: impl AsyncFnOnce(&mut D) -> QueryResult<T>,
) -> QueryResult<T> {
    let depth = transaction::depth(driver)?;
    if depth == 0 || !driver.dialect().models().errors_abort {
        return statement(driver).await;
    }
    // Dropped from here on, it would leave a savepoint that nobody else knows of.
    driver.arm();
    let answer = match driver.begin().await {
        Ok(()) => match statement(driver).await {
            Ok(value) => driver.commit().await.map(|()| value),
            Err(error) => {
                transaction::roll_back_to(driver, depth + 1).await;
                Err(error)
            }
        },
        Err(error) => Err(error),
    };
    driver.disarm();
    answer
}
