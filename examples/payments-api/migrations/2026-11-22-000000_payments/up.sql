-- The checks say again what the program sees to: a mistake in it is an error, and no wrong balance.
CREATE TABLE accounts (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner         TEXT   NOT NULL,
    opening_cents BIGINT NOT NULL CHECK (opening_cents >= 0),
    balance_cents BIGINT NOT NULL CHECK (balance_cents >= 0),
    lock_version  BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE payments (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_account BIGINT NOT NULL REFERENCES accounts,
    to_account   BIGINT NOT NULL REFERENCES accounts CHECK (to_account <> from_account),
    cents        BIGINT NOT NULL CHECK (cents > 0),
    reference    TEXT,
    made_at      TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE stock (
    sku          TEXT    PRIMARY KEY,
    pieces       INTEGER NOT NULL DEFAULT 0 CHECK (pieces >= 0),
    lock_version BIGINT  NOT NULL DEFAULT 1
);

-- What has ever happened to a stock: its pieces are the sum of these.
CREATE TABLE adjustments (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku     TEXT    NOT NULL REFERENCES stock,
    pieces  INTEGER NOT NULL,
    way     TEXT    NOT NULL CHECK (way IN ('request', 'message', 'count')),
    made_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX adjustments_sku ON adjustments (sku);
