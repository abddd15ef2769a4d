//! Statements put together from text and from fragments of Diesel's.
//!
//! Diesel's own `UpdateStatement` knows what may be returned only for a concrete backend; these
//! leave that to the dialect, at run time.

use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{QueryResult, Selectable};
use std::marker::PhantomData;

/// A part of a statement. All are `Send` and `Sync`, so that an async call may move to another
/// thread while it holds them.
pub trait Fragment<DB: Backend>: QueryFragment<DB> + Send + Sync {}

impl<DB: Backend, Q: QueryFragment<DB> + Send + Sync> Fragment<DB> for Q {}

/// SQL as it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql(pub(crate) &'static str);

impl<DB: Backend> QueryFragment<DB> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// A column's name, quoted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name(pub(crate) &'static str);

impl<DB: Backend> QueryFragment<DB> for Name {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier(self.0)
    }
}

/// Keeps a statement out of the connection's cache of prepared ones: its text is one of many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uncached;

impl<DB: Backend> QueryFragment<DB> for Uncached {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        Ok(())
    }
}

/// Fragments one after another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seq<T>(pub(crate) T);

macro_rules! sequences {
    ($(($($part:ident)+))+) => {$(
        #[expect(non_snake_case, reason = "a part is named after its type")]
        impl<DB: Backend, $($part: QueryFragment<DB>),+> QueryFragment<DB> for Seq<($($part,)+)> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                let ($($part,)+) = &self.0;
                $($part.walk_ast(out.reborrow())?;)+
                Ok(())
            }
        }
    )+};
}

sequences! {
    (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}

/// Fragments with something between them.
#[derive(Debug, Clone)]
pub(crate) struct Join<Q>(pub(crate) &'static str, pub(crate) Vec<Q>);

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Join<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (index, part) in self.1.iter().enumerate() {
            if index > 0 {
                out.push_sql(self.0);
            }
            part.walk_ast(out.reborrow())?;
        }
        Ok(())
    }
}

/// A whole statement that touches rows and brings none back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted<Q>(pub(crate) Q);

// No static id: the cache goes by the text.
impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Counted<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// A whole statement that brings back rows of `M`.
pub(crate) struct Loaded<Q, M, DB> {
    query: Q,
    row: PhantomData<fn() -> (M, DB)>,
}

impl<Q, M, DB> Loaded<Q, M, DB> {
    pub(crate) const fn new(query: Q) -> Self {
        Self {
            query,
            row: PhantomData,
        }
    }
}

impl<Q, M, DB> QueryId for Loaded<Q, M, DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, M: Selectable<DB>, DB: Backend> Query for Loaded<Q, M, DB> {
    type SqlType = AsSelect<M, DB>;
}

impl<Q: QueryFragment<DB>, M, DB: Backend> QueryFragment<DB> for Loaded<Q, M, DB> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }
}

impl<Q, M, DB, C> diesel::query_dsl::RunQueryDsl<C> for Loaded<Q, M, DB> {}
