//! A state is as public as its model.

pub mod shop {
    use diesel::prelude::*;
    use idem_diesel::Stateful;
    use idem_ui::schema::orders;

    #[derive(Identifiable, Stateful)]
    pub struct Order {
        id: i32,
        state: State,
    }

    #[derive(Debug, Clone, PartialEq)]
    struct State(String);
}

fn main() {}
