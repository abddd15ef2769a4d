//! Ten thousand requests, a thousand keys, one run each.
