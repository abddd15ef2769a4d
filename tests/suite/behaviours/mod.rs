//! One module for each promise, under its number in the list of behaviours.

mod b01_concurrent_calls;
mod b03_the_first_rolls_back;
mod b06_other_arguments;
mod b08_results;
mod b09_operations_and_tenants;
mod b20_another_key;
