-- One row per (operation, tenant, key). Times are UTC text by the database's clock.
-- The key comes first in the primary key, so that time-ordered keys append to it.
CREATE TABLE IF NOT EXISTS idem_records (
    key            TEXT    NOT NULL COLLATE BINARY,
    operation      TEXT    NOT NULL COLLATE BINARY,
    tenant         TEXT    NOT NULL COLLATE BINARY,
    fingerprint    BLOB    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('processing', 'completed', 'failed')),
    token          BLOB    NOT NULL,
    result         TEXT,
    result_version INTEGER NOT NULL,
    attempt        INTEGER NOT NULL,
    lease_until    TEXT,
    created_at     TEXT    NOT NULL,
    completed_at   TEXT,
    expires_at     TEXT    NOT NULL,
    PRIMARY KEY (key, operation, tenant)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idem_records_expires_at ON idem_records (expires_at);
