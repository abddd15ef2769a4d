//! One expansion for each shape of input, kept in `snapshots/`. Set `BLESS=1` to write them anew.

use super::expand;
use std::path::Path;

/// Compares the expansion of `item` with the one that was kept as `name`.
fn check(name: &str, args: &str, item: &str) {
    let (expansion, errors) = expand(args, item);
    assert!(errors.is_empty(), "{errors:#?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/snapshots");
    let file = folder.join(name).with_extension("rs");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &expansion).expect("a snapshot is written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(expansion, kept, "{name} expands in another way");
}

/// One test for each shape, named after it.
macro_rules! shapes {
    ($($name:ident($args:literal, $item:literal))*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name), $args, $item);
        }
    )*};
}

shapes! {
    bare("", "pub fn charge(conn: &mut PgConnection, request: &Charge) -> Result<Receipt, Error> { run(conn, request) }")
}
