-- One row per (operation, tenant, key). Times are UTC by the database's clock.
-- The key comes first in the primary key, so that time-ordered keys append to its index. What a
-- call's end changes comes last, so that less of the row goes to the log twice. `status` is
-- 'processing', 'completed' or 'failed'; a CHECK of that would be parsed anew by each statement.
CREATE TABLE IF NOT EXISTS public.idem_records (
    key            text COLLATE "C" NOT NULL,
    operation      text COLLATE "C" NOT NULL,
    tenant         text COLLATE "C" NOT NULL,
    fingerprint    bytea            NOT NULL,
    token          bytea            NOT NULL,
    result_version integer          NOT NULL,
    attempt        integer          NOT NULL,
    created_at     timestamptz      NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    expires_at     timestamptz      NOT NULL,
    lease_until    timestamptz,
    completed_at   timestamptz,
    status         text             NOT NULL,
    result         text,
    PRIMARY KEY (key, operation, tenant)
);
CREATE INDEX IF NOT EXISTS idem_records_expires_at ON public.idem_records (expires_at);

-- A call's claim and its end, which travel with BEGIN and COMMIT. A message of several statements
-- can't have them prepared; in a function they are planned once per session all the same.
CREATE OR REPLACE FUNCTION public.idem_claim(
    the_key text, the_operation text, the_tenant text, the_fingerprint bytea, the_token bytea,
    the_version integer, time_to_live interval
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- The transaction has only just begun: now() is the time.
    INSERT INTO public.idem_records (key, operation, tenant, fingerprint, token, result_version,
        attempt, created_at, expires_at, status)
    VALUES (the_key, the_operation, the_tenant, the_fingerprint, the_token, the_version,
        1, pg_catalog.now(), pg_catalog.now() + time_to_live, 'processing');
END
$$;
-- A plan that was made while the table was small would go through all of it, and be kept.
CREATE OR REPLACE FUNCTION public.idem_finish(
    the_key text, the_operation text, the_tenant text, the_token bytea, the_status text, the_result text
) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    UPDATE public.idem_records
    SET status = the_status, result = the_result, completed_at = pg_catalog.clock_timestamp()
    WHERE key = the_key AND operation = the_operation AND tenant = the_tenant AND token = the_token;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'idem lost claim';
    END IF;
END
$$;
