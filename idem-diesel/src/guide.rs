//! The guide, one page per topic.

macro_rules! page {
    ($($name:ident),*) => {$(
        #[doc = include_str!(concat!("../guide/", stringify!($name), ".md"))]
        pub mod $name {}
    )*};
}

page!(
    keys,
    scopes,
    fingerprints,
    errors,
    concurrency,
    expiry,
    isolation,
    nesting,
    testing,
    versions,
    soft_deletes,
    states_and_inserts,
    http
);
