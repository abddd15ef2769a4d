//! The store's statements on SQLite.

use super::LeasedTexts;

pub(crate) const TEXTS: LeasedTexts = LeasedTexts {
    claim: &[
        "INSERT INTO idem_records (key, operation, tenant, fingerprint, token, result_version, \
         lease_until, expires_at, status, attempt, created_at) VALUES (",
        ", ",
        ", ",
        ", ",
        ", ",
        ", ",
        ", strftime('%Y-%m-%d %H:%M:%f', 'now', ",
        "), strftime('%Y-%m-%d %H:%M:%f', 'now', ",
        "), 'processing', 1, strftime('%Y-%m-%d %H:%M:%f', 'now')) \
         ON CONFLICT (key, operation, tenant) DO NOTHING",
    ],
    // Its holder may have renewed or ended it since it was read.
    take_over: &[
        "UPDATE idem_records SET fingerprint = ",
        ", token = ",
        ", result_version = ",
        ", lease_until = strftime('%Y-%m-%d %H:%M:%f', 'now', ",
        "), status = 'processing', result = NULL, attempt = attempt + 1, completed_at = NULL, \
         created_at = strftime('%Y-%m-%d %H:%M:%f', 'now'), \
         expires_at = strftime('%Y-%m-%d %H:%M:%f', 'now', ",
        ") WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND (lease_until IS NULL OR lease_until <= strftime('%Y-%m-%d %H:%M:%f', 'now')) \
         AND (expires_at <= strftime('%Y-%m-%d %H:%M:%f', 'now') OR lease_until IS NOT NULL)",
    ],
    finish: &[
        "UPDATE idem_records SET status = ",
        ", result = ",
        ", lease_until = NULL, completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'), \
         expires_at = strftime('%Y-%m-%d %H:%M:%f', \
         julianday('now') + (julianday(expires_at) - julianday(created_at))) WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > '1970-01-01 00:00:00.000'",
    ],
    renew: &[
        "UPDATE idem_records SET lease_until = strftime('%Y-%m-%d %H:%M:%f', 'now', ",
        ") WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > '1970-01-01 00:00:00.000'",
    ],
    release: &[
        "UPDATE idem_records SET lease_until = '1970-01-01 00:00:00.000' WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until IS NOT NULL",
    ],
};
