//! Models of every shape that a version can be in.

mod keys;
mod numbers;
mod times;
mod uuids;

pub use keys::{Bin, Order, Seat};
pub use numbers::{Big, Legacy, Page, Small, Stock, stock};
pub use times::{Attic, Coarse, Dated, Text, Time, Zoned};
pub use uuids::{Blob, Native, Token};

/// Says of a model what its row's key is, which field has its pieces, and how its table is made.
macro_rules! model {
    ($model:ident in $table:ident, $field:ident, $key:ty: $row:expr, $ddl:expr) => {
        impl $model {
            pub(in crate::versions) fn set(pieces: i64) -> diesel::dsl::Eq<$table::pieces, i64> {
                diesel::ExpressionMethods::eq($table::pieces, pieces)
            }
        }

        impl crate::versions::Model for $model {
            type Key = $key;

            fn ddl(database: crate::servers::Database) -> Vec<String> {
                let ddl: fn(crate::servers::Database) -> Vec<String> = $ddl;
                ddl(database)
            }

            fn key() -> $key {
                $row
            }

            fn pieces(&self) -> i64 {
                self.$field
            }
        }
    };
}
use model;
