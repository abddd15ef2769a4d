//! MySQL's and MariaDB's SQL for models.

use super::dialect::{Expression, ModelSql, TimeForm, UuidForm};
use super::times::AskTimes;
use crate::statement::Bind;

pub(crate) static SQL: ModelSql = ModelSql {
    // MariaDB's INSERT has a RETURNING, its UPDATE has none; MySQL has neither.
    returning: false,
    // A plain read sees the snapshot that the transaction took when it first read.
    truth: " LOCK IN SHARE MODE",
    sees_truth: None,
    // Two who have read it in share mode would be in each other's way.
    to_write: " FOR UPDATE",
    // INSERT IGNORE would also cut values short. A duplicate's error undoes its own statement only.
    unless_taken: "",
    purge_selected: None,
    now,
    ago,
    later,
    instant: ["", ""],
    fail: Some("(SELECT 1 UNION SELECT 2)"),
    random,
    ask_times: Some(AskTimes {
        text: &[
            "SELECT '', CAST(COALESCE(datetime_precision, 0) AS SIGNED), CAST(data_type = 'timestamp' AS SIGNED), 0, 0 \
             FROM information_schema.columns WHERE table_schema = COALESCE(",
            ", DATABASE()) AND table_name = ",
            " AND column_name = ",
            "",
        ],
        binds,
        converts: true,
    }),
    errors_abort: false,
};

const fn now(form: TimeForm) -> &'static str {
    match form {
        TimeForm::Naive => "UTC_TIMESTAMP(6)",
        TimeForm::Zoned => "NOW(6)",
    }
}

const fn ago(form: TimeForm) -> [&'static str; 2] {
    match form {
        TimeForm::Naive => ["(UTC_TIMESTAMP(6) - INTERVAL ", " * 1000 MICROSECOND)"],
        // Not from NOW(): where the session's zone has summer time, an hour may be missing in between.
        TimeForm::Zoned => [
            "CONVERT_TZ(UTC_TIMESTAMP(6) - INTERVAL ",
            " * 1000 MICROSECOND, '+00:00', @@session.time_zone)",
        ],
    }
}

const fn later(form: TimeForm) -> Expression {
    match form {
        TimeForm::Naive => &["GREATEST(UTC_TIMESTAMP(6), ", " + INTERVAL 1 MICROSECOND)"],
        TimeForm::Zoned => &["GREATEST(NOW(6), ", " + INTERVAL 1 MICROSECOND)"],
    }
}

// UUID() is time-based: it comes from the server's clock and address, and never comes again.
const fn random(form: UuidForm) -> &'static str {
    match form {
        UuidForm::Native | UuidForm::Text => "UUID()",
        UuidForm::Bytes => "UNHEX(REPLACE(UUID(), '-', ''))",
    }
}

fn binds<'a>(names: &'a [String], column: &'a str) -> Vec<Bind<'a>> {
    let (schema, table) = match names {
        [schema, table] => (Some(schema.as_str()), table.as_str()),
        [table] => (None, table.as_str()),
        _ => (None, ""),
    };
    vec![
        Bind::NullableText(schema),
        Bind::Text(table),
        Bind::Text(column),
    ]
}
