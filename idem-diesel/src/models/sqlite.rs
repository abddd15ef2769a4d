//! SQLite's SQL for models.

use super::dialect::{Expression, ModelSql, TimeForm, UuidForm};

pub(crate) static SQL: ModelSql = ModelSql {
    returning: true,
    // There is one writer, and who has begun to write sees the truth.
    truth: "",
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
    precision: None,
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
        UuidForm::Native | UuidForm::Text => {
            "(SELECT lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-a' || \
             substr(h, 18, 3) || '-' || substr(h, 21, 12)) FROM (SELECT hex(randomblob(16)) AS h))"
        }
        UuidForm::Bytes => "randomblob(16)",
    }
}
