//! SQLite's SQL for models.

use super::dialect::{Expression, ModelSql, TimeForm, UuidForm};

pub(crate) static SQL: ModelSql = ModelSql {
    returning: true,
    // There is one writer, and who has begun to write sees the truth.
    truth: "",
    sees_truth: None,
    to_write: "",
    unless_taken: "",
    purge_selected: Some(""),
    now,
    ago,
    later,
    // The same moment has several texts: a fraction of zero is left out by some, written by others.
    instant: ["strftime('%Y-%m-%d %H:%M:%f', ", ")"],
    fail: Some("abs(-9223372036854775808)"),
    random,
    ask_times: None,
    errors_abort: false,
};

const fn now(form: TimeForm) -> &'static str {
    match form {
        TimeForm::Naive => "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        TimeForm::Zoned => "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')",
    }
}

const fn ago(form: TimeForm) -> [&'static str; 2] {
    match form {
        TimeForm::Naive => [
            "strftime('%Y-%m-%d %H:%M:%f', 'now', (-",
            " / 1000.0) || ' seconds')",
        ],
        TimeForm::Zoned => [
            "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', (-",
            " / 1000.0) || ' seconds')",
        ],
    }
}

const fn later(form: TimeForm) -> Expression {
    match form {
        TimeForm::Naive => &[
            "max(strftime('%Y-%m-%d %H:%M:%f', 'now'), strftime('%Y-%m-%d %H:%M:%f', ",
            ", '+0.001 seconds'))",
        ],
        TimeForm::Zoned => &[
            "max(strftime('%Y-%m-%d %H:%M:%f+00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f+00:00', ",
            ", '+0.001 seconds'))",
        ],
    }
}

const fn random(form: UuidForm) -> &'static str {
    match form {
        // No subquery: that would be one UUID for all rows of a statement.
        UuidForm::Native | UuidForm::Text => {
            "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || \
             substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
        }
        UuidForm::Bytes => "randomblob(16)",
    }
}
