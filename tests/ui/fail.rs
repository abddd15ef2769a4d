//! Every wrong use that can be seen while compiling is refused at the token that is wrong, with
//! the right form shown.
//!
//! Each case has one mistake and is named after the rule it breaks; beside it is what the compiler
//! says. After a change to a message, run this with `TRYBUILD=overwrite` and read the diff as
//! somebody who made that mistake would. The compiler's own wording may differ from the kept one
//! with a newer compiler: the kept ones are from the version in `rust-version`.

#[test]
fn each_mistake_is_explained_where_it_was_made() {
    let cases = trybuild::TestCases::new();
    for of in ["idempotent", "versioned", "soft_delete", "stateful"] {
        cases.compile_fail(format!("{of}/fail/*.rs"));
    }
}
