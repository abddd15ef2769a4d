//! The double-charge story.
fn main() {}
