//! Inserting a row that may be there: one statement where it isn't, and a look at it where it is.

use super::new_row::NewRow;
use crate::dialect::Meaning;
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::on::ModelOn;
use crate::models::row::{read, read_back};
use crate::models::savepoint::guarded;
use crate::models::sql::fragment::{Seq, Sql};
use crate::transaction::{self, Pause};
use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_core::Inserted;

/// How often a row is looked for that another unique key may have kept out.
const LOOKS: u32 = 3;

/// How many races a row may lose.
const RACES: u32 = 100;

/// What a statement came to.
enum Tried<M> {
    Created(M),
    /// Some unique key is taken, and this is what the database said of it, if it said anything.
    Taken(Option<DieselError>),
}

/// Inserts a row, or finds it.
pub(crate) async fn insert_once<M, D, N>(
    driver: &mut D,
    row: N,
    is_same: impl FnOnce(&M) -> bool,
) -> Result<Inserted<M>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    N: NewRow<M, D::Backend>,
{
    let place = row.idem_place();
    let mut attempt = 1;
    loop {
        let says_why = attempt > 1;
        let taken = match insert(driver, row, &place, says_why).await? {
            Tried::Created(row) => return Ok(Inserted::Created(row)),
            Tried::Taken(taken) => taken,
        };
        // Not by `look`, which locks at some levels: who may insert need not be allowed to update.
        let truth = driver.dialect().models().truth;
        if let Some(row) = read(driver, &place, truth).await? {
            return match is_same(&row) {
                true => Ok(Inserted::Existing(row)),
                false => Err(WriteError::PayloadMismatch {
                    stored: Box::new(row),
                }),
            };
        }
        // Another unique key is taken; or whoever had this one is gone again.
        attempt += 1;
        if attempt > LOOKS {
            return Err(match taken {
                Some(error) => WriteError::Database(error),
                None => WriteError::Rejected { current: None },
            });
        }
    }
}

/// Tries to insert. `says_why` wants the database's own error if it can't be.
async fn insert<M, D, N>(
    driver: &mut D,
    row: N,
    place: &N::Where,
    says_why: bool,
) -> Result<Tried<M>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    N: NewRow<M, D::Backend>,
{
    let dialect = driver.dialect();
    let sql = dialect.models();
    let unless_taken = if says_why { "" } else { sql.unless_taken };
    let mut pause = Pause::default();
    let mut attempt = 1;
    let inserted = loop {
        let inserted = if says_why {
            guarded(driver, async |driver: &mut D| {
                send(driver, row, unless_taken).await
            })
            .await
        } else {
            send(driver, row, unless_taken).await
        };
        match inserted {
            // Alone in its transaction it has lost nothing, and is simply sent again: racers for one key
            // can deadlock on MySQL, where a duplicate takes a lock.
            Err(error)
                if dialect.meaning(&error) == Meaning::Transient
                    && transaction::depth(driver)? == 0
                    && attempt < RACES =>
            {
                attempt += 1;
                driver.sleep(pause.next()).await;
            }
            inserted => break inserted,
        }
    };
    match inserted {
        Ok(Sent::Row(row)) => Ok(Tried::Created(row)),
        Ok(Sent::Unread) => read_back(driver, place).await.map(Tried::Created),
        Ok(Sent::Nothing) => Ok(Tried::Taken(None)),
        Err(error @ DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
            if says_why || sql.unless_taken.is_empty() =>
        {
            Ok(Tried::Taken(Some(error)))
        }
        Err(error) => Err(WriteError::of(dialect, error)),
    }
}

/// What an INSERT brought back.
enum Sent<M> {
    Row(M),
    /// It is there, but wasn't returned.
    Unread,
    Nothing,
}

async fn send<M, D, N>(driver: &mut D, row: N, unless_taken: &'static str) -> QueryResult<Sent<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    N: NewRow<M, D::Backend>,
{
    let statement = Seq((row.idem_insert(), Sql(unless_taken)));
    if driver.dialect().models().returning {
        let statement = Seq((statement, Sql(" RETURNING "), M::columns()));
        let rows = driver.rows(statement).await?;
        return Ok(rows.into_iter().next().map_or(Sent::Nothing, Sent::Row));
    }
    Ok(match driver.touch(statement).await? {
        0 => Sent::Nothing,
        _ => Sent::Unread,
    })
}

/// Inserts rows, or finds them, in one transaction.
pub(crate) async fn insert_all_once<'n, M, D, N>(
    driver: &mut D,
    rows: &'n [N],
    mut is_same: impl FnMut(&N, &M) -> bool,
) -> Result<Vec<Result<Inserted<M>, WriteError<M>>>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    &'n N: NewRow<M, D::Backend>,
{
    let dialect = driver.dialect();
    let depth = transaction::depth(driver)?;
    // From here to its end a transaction is open that nobody else knows of.
    driver.arm();
    if let Err(error) = driver.begin().await {
        driver.disarm();
        return Err(WriteError::of(dialect, error));
    }
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        // A row's own savepoint may have ended that.
        driver.arm();
        match insert_once::<M, D, &'n N>(driver, row, |stored| is_same(row, stored)).await {
            Err(error) if ends_all(&error) => {
                transaction::roll_back(driver, depth).await;
                driver.disarm();
                return Err(error);
            }
            answer => answers.push(answer),
        }
    }
    let committed = driver.commit().await;
    if committed.is_err() {
        transaction::roll_back(driver, depth).await;
    }
    driver.disarm();
    match committed {
        Ok(()) => Ok(answers),
        Err(error) => Err(WriteError::of(dialect, error)),
    }
}

/// Whether the whole batch fails with it. What a unique key refuses, it refuses by itself.
const fn ends_all<M>(error: &WriteError<M>) -> bool {
    match error {
        WriteError::Database(DieselError::DatabaseError(kind, _)) => {
            !matches!(kind, DatabaseErrorKind::UniqueViolation)
        }
        WriteError::Retryable(_) | WriteError::Database(_) => true,
        _ => false,
    }
}
