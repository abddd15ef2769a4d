//! PostgreSQL's SQL for models.

use super::dialect::{Expression, ModelSql, TimeForm, UuidForm};
use super::times::AskTimes;
use crate::statement::Bind;

pub(crate) static SQL: ModelSql = ModelSql {
    returning: true,
    // At READ COMMITTED a new statement sees the truth. Above it, a statement that writes or locks a row
    // which somebody has changed since the snapshot fails (13.2.2 in the manual); one whose condition
    // the row of the snapshot doesn't meet doesn't get so far.
    truth: "",
    sees_truth: Some("current_setting('transaction_isolation') LIKE 'read %'"),
    to_write: "",
    unless_taken: " ON CONFLICT DO NOTHING",
    purge_selected: Some(" FOR UPDATE SKIP LOCKED"),
    now,
    ago,
    later,
    instant: ["", ""],
    // A sum that its column can't hold fails by itself. A subquery that fails does so also where its
    // branch isn't taken, once the row was written by somebody else meanwhile: it is evaluated beforehand.
    fail: None,
    random,
    // -1 stands for no modifier, which is 6 digits.
    ask_times: Some(AskTimes {
        text: &[
            "SELECT ''::bytea, CASE WHEN a.atttypmod < 0 THEN 6 ELSE a.atttypmod END::int8, 0::int8, 0::int8, 0::int8 \
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = to_regclass(",
            ") AND a.attname = ",
            "",
        ],
        binds,
        converts: false,
    }),
    errors_abort: true,
};

const fn now(form: TimeForm) -> &'static str {
    match form {
        TimeForm::Naive => "(clock_timestamp() AT TIME ZONE 'UTC')",
        TimeForm::Zoned => "clock_timestamp()",
    }
}

const fn ago(form: TimeForm) -> [&'static str; 2] {
    match form {
        TimeForm::Naive => [
            "((now() - interval '1 millisecond' * ",
            ") AT TIME ZONE 'UTC')",
        ],
        TimeForm::Zoned => ["(now() - interval '1 millisecond' * ", ")"],
    }
}

const fn later(form: TimeForm) -> Expression {
    match form {
        TimeForm::Naive => &[
            "GREATEST(clock_timestamp() AT TIME ZONE 'UTC', ",
            " + interval '1 microsecond')",
        ],
        TimeForm::Zoned => &[
            "GREATEST(clock_timestamp(), ",
            " + interval '1 microsecond')",
        ],
    }
}

const fn random(form: UuidForm) -> &'static str {
    match form {
        UuidForm::Native => "gen_random_uuid()",
        UuidForm::Text => "gen_random_uuid()::text",
        UuidForm::Bytes => "uuid_send(gen_random_uuid())",
    }
}

fn binds<'a>(names: &'a [String], column: &'a str) -> Vec<Bind<'a>> {
    let quoted: Vec<_> = names
        .iter()
        .map(|name| format!("\"{}\"", name.replace('"', "\"\"")))
        .collect();
    vec![Bind::Owned(quoted.join(".")), Bind::Text(column)]
}
