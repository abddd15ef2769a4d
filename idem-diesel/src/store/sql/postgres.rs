//! The store's statements on PostgreSQL.

use super::LeasedTexts;

pub(crate) const TEXTS: LeasedTexts = LeasedTexts {
    claim: &[
        "INSERT INTO public.idem_records (key, operation, tenant, fingerprint, token, result_version, \
         lease_until, expires_at, status, attempt) VALUES (",
        ", ",
        ", ",
        ", ",
        ", ",
        ", ",
        "::bigint::integer, pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ",
        "::text::double precision), pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ",
        "::text::double precision), 'processing', 1) ON CONFLICT (key, operation, tenant) DO NOTHING",
    ],
    // Its holder may have renewed or ended it since it was read.
    take_over: &[
        "UPDATE public.idem_records SET fingerprint = ",
        ", token = ",
        ", result_version = ",
        "::bigint::integer, lease_until = pg_catalog.clock_timestamp() + \
         pg_catalog.make_interval(secs => ",
        "::text::double precision), status = 'processing', result = NULL, attempt = attempt + 1, \
         completed_at = NULL, created_at = pg_catalog.clock_timestamp(), \
         expires_at = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ",
        "::text::double precision) WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND (lease_until IS NULL OR lease_until <= pg_catalog.clock_timestamp()) \
         AND (expires_at <= pg_catalog.clock_timestamp() OR lease_until IS NOT NULL)",
    ],
    // Counted in seconds: a day of an interval has 23 or 25 hours where the session's clocks change.
    finish: &[
        "UPDATE public.idem_records SET status = ",
        ", result = ",
        ", lease_until = NULL, completed_at = pg_catalog.clock_timestamp(), \
         expires_at = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => \
         extract(epoch FROM expires_at - created_at)::double precision) WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > 'epoch'",
    ],
    renew: &[
        "UPDATE public.idem_records SET lease_until = pg_catalog.clock_timestamp() + \
         pg_catalog.make_interval(secs => ",
        "::text::double precision) WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until > 'epoch'",
    ],
    release: &[
        "UPDATE public.idem_records SET lease_until = 'epoch' WHERE key = ",
        " AND operation = ",
        " AND tenant = ",
        " AND token = ",
        " AND status = 'processing' AND lease_until IS NOT NULL",
    ],
};
