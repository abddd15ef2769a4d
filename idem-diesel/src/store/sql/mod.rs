//! The store's statements, each of which commits by itself. Their texts differ between databases, one
//! file each.
//!
//! A released claim says so by a lease that ended in 1970: it is then no call's, but isn't purged before
//! its time, so that the next claim counts on from its attempt.

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use super::engine::End;
use crate::call::MAX_TTL;
use crate::dialect::{Dialect, Token};
use crate::prepared::Prepared as _;
use crate::statement::{Bind, Statement, Template};
use idem_core::{Claim, FencingToken, RecordId};
use std::time::Duration;

/// One database's texts. Parameters come in this order; `id` is key, operation, tenant.
#[derive(Debug)]
pub struct LeasedTexts {
    /// Inserts a claimed record, or none where there is one: id, fingerprint, token, result version,
    /// lease, time.
    pub(crate) claim: Template,
    /// Takes over a record: fingerprint, token, result version, lease, time, id, old token.
    pub(crate) take_over: Template,
    /// Ends a claim: status, result, id, token.
    pub(crate) finish: Template,
    /// Has a lease end anew: lease, id, token.
    pub(crate) renew: Template,
    /// Gives a claim up: id, token.
    pub(crate) release: Template,
}

/// The statements, for every dialect.
pub(super) trait LeasedStatements: Dialect {
    fn claim_leased<'a>(&self, claim: &'a Claim<'a>, token: &'a Token) -> Statement<'a> {
        let mut binds = Vec::from(self.id_binds(&claim.id));
        binds.extend(self.claim_binds(claim, token));
        Statement::new(self.leased().claim, binds)
    }

    fn take_over_leased<'a>(
        &self,
        claim: &'a Claim<'a>,
        old: &'a Token,
        new: &'a Token,
    ) -> Statement<'a> {
        let mut binds = Vec::from(self.claim_binds(claim, new));
        binds.extend(self.id_binds(&claim.id));
        binds.push(Bind::Bytes(old));
        Statement::new(self.leased().take_over, binds)
    }

    fn finish_leased<'a>(
        &self,
        id: &RecordId<'a>,
        token: &'a FencingToken,
        end: End<'a>,
    ) -> Statement<'a> {
        let end = [
            Bind::Text(end.status.as_str()),
            self.result_bind(end.result),
        ];
        let binds = end.into_iter().chain(self.holder(id, token)).collect();
        Statement::new(self.leased().finish, binds)
    }

    fn renew_leased<'a>(
        &self,
        id: &RecordId<'a>,
        token: &'a FencingToken,
        lease: Duration,
    ) -> Statement<'a> {
        let lease = [self.time_bind(lease)];
        let binds = lease.into_iter().chain(self.holder(id, token)).collect();
        Statement::new(self.leased().renew, binds)
    }

    fn release_leased<'a>(&self, id: &RecordId<'a>, token: &'a FencingToken) -> Statement<'a> {
        Statement::new(self.leased().release, self.holder(id, token).into())
    }

    fn claim_binds<'a>(&self, claim: &'a Claim<'a>, token: &'a Token) -> [Bind<'a>; 5] {
        [
            Bind::Bytes(claim.fingerprint.as_bytes()),
            Bind::Bytes(token),
            Bind::Integer(claim.result_version.into()),
            self.time_bind(claim.lease),
            self.time_bind(claim.ttl),
        ]
    }

    fn holder<'a>(&self, id: &RecordId<'a>, token: &'a FencingToken) -> [Bind<'a>; 4] {
        let [key, operation, tenant] = self.id_binds(id);
        [key, operation, tenant, Bind::Bytes(&token.id)]
    }

    fn time_bind(&self, time: Duration) -> Bind<'static> {
        self.ttl_bind(time.min(MAX_TTL))
    }
}

impl<D: Dialect + ?Sized> LeasedStatements for D {}
