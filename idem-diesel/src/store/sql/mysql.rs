//! The store's statements on MySQL and MariaDB.

use super::LeasedTexts;

pub(crate) const TEXTS: LeasedTexts = LeasedTexts {
    // A duplicate is error 1062: `INSERT IGNORE` would swallow others.
    claim: &[
        "INSERT INTO idem_records (`key`, operation, tenant, fingerprint, token, result_version, \
         lease_until, expires_at, status, attempt, created_at) VALUES (",
        ", ",
        ", ",
        ", ",
        ", ",
        ", ",
        ", UTC_TIMESTAMP(6) + INTERVAL ",
        " MICROSECOND, UTC_TIMESTAMP(6) + INTERVAL ",
        " MICROSECOND, 'processing', 1, UTC_TIMESTAMP(6))",
    ],
    // Its holder may have renewed or ended it since it was read.
    take_over: &[
        "UPDATE idem_records SET fingerprint = ",
        ", token = ",
        ", result_version = ",
        ", lease_until = UTC_TIMESTAMP(6) + INTERVAL ",
        " MICROSECOND, status = 'processing', result = NULL, attempt = attempt + 1, completed_at = NULL, \
         created_at = UTC_TIMESTAMP(6), expires_at = UTC_TIMESTAMP(6) + INTERVAL ",
        " MICROSECOND WHERE `key` = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND (lease_until IS NULL OR lease_until <= UTC_TIMESTAMP(6)) \
         AND (expires_at <= UTC_TIMESTAMP(6) OR lease_until IS NOT NULL)",
    ],
    // The result's bytes are UTF-8, whatever the connection's charset says of text.
    finish: &[
        "UPDATE idem_records SET status = ",
        ", result = CONVERT(CAST(",
        " AS BINARY) USING utf8mb4), lease_until = NULL, completed_at = UTC_TIMESTAMP(6), \
         expires_at = TIMESTAMPADD(MICROSECOND, TIMESTAMPDIFF(MICROSECOND, created_at, expires_at), \
         UTC_TIMESTAMP(6)) WHERE `key` = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > '1970-01-01'",
    ],
    renew: &[
        "UPDATE idem_records SET lease_until = UTC_TIMESTAMP(6) + INTERVAL ",
        " MICROSECOND WHERE `key` = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > '1970-01-01'",
    ],
    release: &[
        "UPDATE idem_records SET lease_until = '1970-01-01' WHERE `key` = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until IS NOT NULL",
    ],
};
