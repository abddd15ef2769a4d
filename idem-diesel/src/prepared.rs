//! The statements that differ between databases in their text alone.

use crate::call::Call;
use crate::dialect::{Dialect, Ending, Step, Token};
use crate::statement::{Bind, CountsSql, RecordSql, Statement, Template, TimesSql};
use idem_core::RecordId;

/// The statements whose parameters are the same everywhere.
pub(crate) trait Prepared: Dialect {
    fn id_binds<'a>(&self, id: &RecordId<'a>) -> [Bind<'a>; 3] {
        [id.key.as_str(), id.operation, id.tenant].map(|name| self.name_bind(name))
    }

    /// Inserts a record: id, fingerprint, token, result version, time.
    fn claim<'a>(&self, text: Template, call: &'a Call<'a>, token: &'a Token) -> Statement<'a> {
        let mut binds = Vec::from(self.id_binds(&call.id));
        binds.extend([
            Bind::Bytes(call.fingerprint.as_bytes()),
            Bind::Bytes(token),
            Bind::Integer(call.result_version.into()),
            self.ttl_bind(call.ttl),
        ]);
        Statement::new(text, binds)
    }

    /// Writes an ending into the record of a claim; touches one row, or none if it isn't ours.
    fn finish_row<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Step<'a> {
        let mut binds = vec![
            Bind::Text(ending.status.as_str()),
            self.result_bind(ending.result),
        ];
        binds.extend(self.id_binds(&call.id));
        binds.push(Bind::Bytes(ending.token));
        Step::One(Statement::new(self.texts().finish, binds))
    }

    /// Takes over a record whose token is still `old`; touches one row, or none if a rival was faster.
    fn take_over<'a>(&self, call: &'a Call<'a>, old: &'a Token, new: &'a Token) -> Statement<'a> {
        let mut binds = vec![
            Bind::Bytes(call.fingerprint.as_bytes()),
            Bind::Bytes(new),
            Bind::Integer(call.result_version.into()),
            self.ttl_bind(call.ttl),
        ];
        binds.extend(self.id_binds(&call.id));
        binds.push(Bind::Bytes(old));
        let texts = self.texts();
        let limited = call.in_flight.limit().is_some();
        let text = if limited {
            texts.take_over_limited
        } else {
            texts.take_over
        };
        Statement::new(text, binds)
    }

    /// Reads a record, for a decision.
    fn read<'a>(&self, id: &RecordId<'a>, in_transaction: bool) -> Statement<'a, RecordSql> {
        let texts = self.texts();
        let text = if in_transaction {
            texts.read_in_transaction
        } else {
            texts.read
        };
        Statement::new(text, self.id_binds(id).into())
    }

    /// Deletes at most `batch` records whose time is over.
    fn purge(&self, batch: u32) -> Statement<'static> {
        Statement::new(self.texts().purge, vec![Bind::Integer(batch.into())])
    }

    /// Deletes one record whose token is still this, unless it is being worked on.
    fn forget<'a>(&self, id: &RecordId<'a>, token: &'a [u8]) -> Statement<'a> {
        let mut binds = Vec::from(self.id_binds(id));
        binds.push(Bind::Bytes(token));
        Statement::new(self.texts().forget, binds)
    }

    /// Reads a record's times.
    fn times<'a>(&self, id: &RecordId<'a>) -> Statement<'a, TimesSql> {
        Statement::new(self.texts().times, self.id_binds(id).into())
    }

    /// Counts the records per operation.
    fn stats(&self) -> Statement<'static, CountsSql> {
        Statement::new(self.texts().stats, Vec::new())
    }
}

impl<D: Dialect + ?Sized> Prepared for D {}
