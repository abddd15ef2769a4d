-- One row per (operation, tenant, key). Times are UTC by the database's clock.
-- The key comes first in the primary key, so that time-ordered keys append to its index.
CREATE TABLE IF NOT EXISTS public.idem_records (
    key            text COLLATE "C" NOT NULL,
    operation      text COLLATE "C" NOT NULL,
    tenant         text COLLATE "C" NOT NULL,
    fingerprint    bytea            NOT NULL,
    status         text             NOT NULL CHECK (status IN ('processing', 'completed', 'failed')),
    token          bytea            NOT NULL,
    result         text,
    result_version integer          NOT NULL,
    attempt        integer          NOT NULL,
    lease_until    timestamptz,
    created_at     timestamptz      NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    completed_at   timestamptz,
    expires_at     timestamptz      NOT NULL,
    PRIMARY KEY (key, operation, tenant)
);
CREATE INDEX IF NOT EXISTS idem_records_expires_at ON public.idem_records (expires_at);
