//! What is written beside the state.

use crate::models::sql::fragment::Fragment;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::query_builder::AsChangeset;

/// Side columns of a transition: an `AsChangeset`, or none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't a change to a row of `{M}`",
    label = "give what `.set(…)` takes for that table: `column.eq(value)`, a tuple of those, or a struct \
             with `#[derive(AsChangeset)]`"
)]
pub trait SideColumns<M, DB: Backend> {
    #[doc(hidden)]
    type Set: Fragment<DB>;
    #[doc(hidden)]
    fn idem_set(self) -> Option<Self::Set>;
}

/// No side columns.
#[derive(Debug, Clone, Copy)]
pub struct NoChanges(());

impl<M, DB: Backend> SideColumns<M, DB> for NoChanges {
    type Set = ();

    fn idem_set(self) -> Option<()> {
        None
    }
}

// Not over `Changes`: somebody else might implement that for `NoChanges`.
#[diagnostic::do_not_recommend]
impl<Ch, M, DB> SideColumns<M, DB> for Ch
where
    M: HasTable,
    DB: Backend,
    Ch: AsChangeset<Target = M::Table>,
    Ch::Changeset: Fragment<DB>,
{
    type Set = Ch::Changeset;

    fn idem_set(self) -> Option<Ch::Changeset> {
        Some(self.as_changeset())
    }
}
