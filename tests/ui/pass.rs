//! Every shape of function and of model that works, each in a file of its own, and what it then does.
//!
//! Clippy runs on all of them with more than most crates ask of it: what the macros expand to
//! gives a careful user nothing to silence.

#![warn(clippy::pedantic, clippy::nursery)]

/// The files in each macro's `pass`. What is `pub` is as public as in a library.
macro_rules! shapes {
    ($($of:ident { $($vis:vis $shape:ident)* })*) => {
        $(
            /// The macro.
            pub mod $of {
                /// The cases.
                pub mod pass {
                    $($vis mod $shape;)*
                }
            }
        )*

        #[test]
        fn every_file_is_part_of_the_test() {
            $(
                let mut named = vec![$(concat!(stringify!($shape), ".rs")),*];
                let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/", stringify!($of), "/pass");
                let files = std::fs::read_dir(folder).expect("the folder");
                let files = files.map(|file| file.expect("a file").file_name());
                let mut found: Vec<_> = files.filter_map(|name| name.into_string().ok()).collect();
                found.sort();
                named.sort_unstable();
                assert_eq!(found, named);
            )*
        }
    };
}

shapes! {
    idempotent {
        aliases_of_result
        associated_function
        async_function
        async_futures_are_send
        async_methods
        async_pools
        async_retried
        beside_async_trait
        conditional_arguments
        const_generic
        declared_key
        pub documented_public_api
        early_returns
        every_option
        free_function
        generic_argument_and_result
        generic_connection
        impl_trait_argument
        inside_a_function
        instrumented
        kinds_of_error
        library_under_another_path
        lifetimes
        made_by_a_macro
        marked_connection
        method_of_a_trait_impl
        method_on_exclusive_self
        method_on_shared_self
        method_that_a_trait_provides
        multi_connection
        names_like_ours
        no_implicit_prelude
        one_calls_another
        owned_arguments
        patterns
        raw_names
        recorded_errors
        recursion
        retried_arguments
        second_exclusive_argument
        unit_result
        visibility
        what_counts
    }
    soft_delete {
        beside_the_others
        every_option
        field_of_an_alias
        no_implicit_prelude
        one_column
    }
    stateful {
        composite_key
        every_option
        no_implicit_prelude
        states_of_an_enum
    }
    versioned {
        asynchronous
        by_timestamp
        by_uuid
        composite_key
        every_option
        everything_imported
        inside_a_function
        integers
        made_by_a_macro
        names_like_ours
        no_implicit_prelude
        pub public_model
        raw_names
        rows_older_than_the_column
    }
}
