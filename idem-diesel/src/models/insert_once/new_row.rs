//! New rows whose primary key is chosen by who inserts them.

use crate::models::on::{Finds, ModelOn};
use crate::models::sql::fragment::Fragment;
use diesel::Identifiable;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::query_builder::InsertStatement;
use diesel::{Insertable, insert_into};

/// A new row of `M`: a reference to a struct that derives `Insertable` and `Identifiable` for `M`'s
/// table, so that it has a primary key before the database has seen it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't a new row of `{M}` that has chosen its primary key",
    label = "give a reference to a struct with `#[derive(Insertable, Identifiable)]` for that table",
    note = "a row whose key the database makes is a new one each time: derive the key from the request, or \
            take one that the client sends"
)]
pub trait NewRow<M, DB: Backend>: Copy {
    #[doc(hidden)]
    type Values;
    #[doc(hidden)]
    type Insert: Fragment<DB>;
    #[doc(hidden)]
    type Where: Fragment<DB>;
    #[doc(hidden)]
    fn idem_insert(self) -> Self::Insert;
    #[doc(hidden)]
    fn idem_place(self) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<N, M, DB> NewRow<M, DB> for N
where
    DB: Backend,
    M: HasTable + ModelOn<DB>,
    M::Table: HasTable<Table = M::Table>,
    N: Copy + Insertable<M::Table> + Identifiable<Table = M::Table>,
    N::Id: Finds<M, DB>,
    InsertStatement<M::Table, N::Values>: Fragment<DB>,
{
    type Values = N::Values;
    type Insert = InsertStatement<M::Table, N::Values>;
    type Where = <N::Id as Finds<M, DB>>::Where;

    fn idem_insert(self) -> Self::Insert {
        insert_into(<M as HasTable>::table()).values(self)
    }
    fn idem_place(self) -> Self::Where {
        Finds::idem_find(self.id())
    }
}
