-- What every script begins with. Times are milliseconds since 1970 by this server's clock.
local key = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Lua would write 1.7e+12.
local function digits(number)
    return string.format('%.0f', number)
end

-- The order is that of Fields in record.rs.
local function read()
    return redis.call('HMGET', key, 'token', 'status', 'lease_until', 'expires_at', 'attempt',
        'fingerprint', 'result_version', 'result', 'ttl')
end
local TOKEN, STATUS, LEASE_UNTIL, EXPIRES_AT, ATTEMPT, TTL = 1, 2, 3, 4, 5, 9

-- Has Redis remove the record once its time is over, and its lease too.
local function keep_until(expires_at, lease_until)
    redis.call('PEXPIREAT', key, digits(math.max(expires_at, lease_until)))
end

-- Writes what is there already. A repeated call may come on a new connection, and WAIT waits for
-- what was written on its own.
local function write_again(record)
    keep_until(tonumber(record[EXPIRES_AT]), tonumber(record[LEASE_UNTIL]) or 0)
end
