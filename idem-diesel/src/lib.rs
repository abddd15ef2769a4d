//! Make any Diesel function safe to retry.
