//! One module for each promise, under its number in the list of behaviours.

mod b01_concurrent_calls;
mod b02_a_limited_wait;
mod b03_the_first_rolls_back;
mod b04_lost_acknowledgements;
mod b05_crashes_before_commit;
mod b06_other_arguments;
mod b07_fingerprints;
mod b08_results;
mod b09_operations_and_tenants;
mod b10_expiry;
mod b11_purge;
mod b12_operation_names;
mod b13_unreadable_results;
mod b14_final_errors;
mod b15_dropped_futures;
mod b15_panics;
mod b16_ended_transactions;
mod b16_swallowed_errors;
mod b17_nested_calls;
mod b17_test_transactions;
mod b18_isolation;
mod b18_retried_errors;
mod b18_retries;
mod b20_another_key;
