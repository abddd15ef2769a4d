-- One row per (operation, tenant, key). Times are UTC by the database's clock.
-- Names are binary: the usual collations take `Key`, `key` and `key ` for one.
-- The key comes first in the primary key, so that time-ordered keys append to its index.
CREATE TABLE IF NOT EXISTS idem_records (
    `key`          VARBINARY(255) NOT NULL,
    operation      VARBINARY(255) NOT NULL,
    tenant         VARBINARY(255) NOT NULL,
    fingerprint    BINARY(32)     NOT NULL,
    status         VARCHAR(10)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    token          BINARY(16)     NOT NULL,
    result         LONGTEXT       CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    result_version INT            NOT NULL,
    attempt        INT            NOT NULL,
    lease_until    DATETIME(6)    NULL,
    created_at     DATETIME(6)    NOT NULL,
    completed_at   DATETIME(6)    NULL,
    expires_at     DATETIME(6)    NOT NULL,
    PRIMARY KEY (`key`, operation, tenant),
    KEY idem_records_expires_at (expires_at)
) ENGINE = InnoDB;
