//! The type of a primary key, owned.

/// The type of a model's primary key: of its field, or a tuple of its fields' types.
pub type KeyOf<M> = <<&'static M as diesel::Identifiable>::Id as BorrowedKey>::Owned;

/// A primary key as `Identifiable` gives it.
pub trait BorrowedKey {
    /// The same, owned.
    type Owned;
}

impl<K> BorrowedKey for &K {
    type Owned = K;
}

macro_rules! composite_keys {
    ($(($($part:ident)+))+) => {$(
        impl<$($part),+> BorrowedKey for ($(&$part,)+) {
            type Owned = ($($part,)+);
        }
    )+};
}

composite_keys! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }
