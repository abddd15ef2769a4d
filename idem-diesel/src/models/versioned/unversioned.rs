//! Proof, for the compiler, that changes and new rows don't set the version column.
//!
//! Rust has no "is not that type". What there is: a bound that is met in two ways is ambiguous, and
//! an error. Anything leaves the version alone by the first implementation; what sets it meets the
//! bound by the second one too.

use super::Versioned;
use diesel::dsl::Eq;
use diesel::insertable::{ColumnInsertValue, DefaultableColumnInsertValue};
use diesel::query_builder::{AsChangeset, ValuesClause};
use std::marker::PhantomData;

/// Changes, or a new row, in which the version column isn't set: whoever sets it breaks the count.
/// `Proof` is for the compiler to find. Where it says that it needs a type annotation for it, and
/// names [`TheVersionColumnIsSet`], the version column is set: leave it out.
#[diagnostic::on_unimplemented(message = "`{Self}` sets the version column of `{M}`")]
pub trait LeavesVersionAlone<M, Proof> {}

impl<M, Set> LeavesVersionAlone<M, ()> for Set {}

impl<M, Set, Where> LeavesVersionAlone<M, TheVersionColumnIsSet<Where>> for Set where
    Set: SetsVersion<M, Where>
{
}

/// The other way to meet [`LeavesVersionAlone`].
pub struct TheVersionColumnIsSet<Where>(PhantomData<Where>);

/// Changes, or a new row, in which the version column is set.
pub trait SetsVersion<M, Where> {}

/// Here.
pub struct Here<Value>(PhantomData<Value>);
/// In the first of these.
pub struct First<Where>(PhantomData<Where>);
/// In another one of these.
pub struct Later<Where>(PhantomData<Where>);
/// If there is one.
pub struct Maybe<Where>(PhantomData<Where>);
/// In one of several.
pub struct OneOf<Where>(PhantomData<Where>);

// `version.eq(…)`
impl<M, Set, Value> SetsVersion<M, Here<Value>> for Set
where
    M: Versioned,
    Eq<M::VersionColumn, Value>: AsChangeset<Changeset = Set>,
    M::VersionColumn: diesel::Expression,
    Value: diesel::expression::AsExpression<M::VersionSql>,
{
}

// A field that is an `Option`.
impl<M, Set: SetsVersion<M, Where>, Where> SetsVersion<M, Maybe<Where>> for Option<Set> {}

// A tuple, or a struct, which Diesel takes for one.
impl<M, Set, Where> SetsVersion<M, OneOf<Where>> for Set
where
    Set: Several,
    Set::List: SetsVersion<M, Where>,
{
}

impl<M, Head: SetsVersion<M, Where>, Tail, Where> SetsVersion<M, First<Where>>
    for List<Head, Tail>
{
}
impl<M, Head, Tail: SetsVersion<M, Where>, Where> SetsVersion<M, Later<Where>>
    for List<Head, Tail>
{
}

// The same of new rows.
impl<M, Value> SetsVersion<M, ()> for ColumnInsertValue<<M as Versioned>::VersionColumn, Value> where
    M: Versioned
{
}
impl<M, Set: SetsVersion<M, Where>, Where> SetsVersion<M, Maybe<Where>>
    for DefaultableColumnInsertValue<Set>
{
}
impl<M, Set: SetsVersion<M, Where>, Table, Where> SetsVersion<M, Maybe<Where>>
    for ValuesClause<Set, Table>
{
}

/// A tuple, taken apart.
pub trait Several {
    /// Its parts.
    type List;
}

/// A part, and those after it.
pub struct List<Head, Tail>(PhantomData<(Head, Tail)>);

/// Where a list ends.
pub struct End;

impl Several for () {
    type List = End;
}

macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first, $($rest),*> Several for ($first, $($rest,)*) {
            type List = List<$first, <($($rest,)*) as Several>::List>;
        }
        tuples!($($rest)*);
    };
}

// As many as a table can have columns, with Diesel's largest feature.
tuples! {
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE AF B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 BA BB BC BD BE BF
    C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CB CC CD CE CF D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 DA DB DC DD DE DF
    E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 EA EB EC ED EE EF F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FD FE FF
    G0 G1 G2 G3 G4 G5 G6 G7 G8 G9 GA GB GC GD GE GF H0 H1 H2 H3 H4 H5 H6 H7 H8 H9 HA HB HC HD HE HF
}
