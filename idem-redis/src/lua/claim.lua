-- Claims the record if there is none, or if it still is in the state that may be taken over.
-- Gives the attempt; or else the time, the state, and the record that is there.
local token, fingerprint, result_version = ARGV[1], ARGV[2], ARGV[3]
local lease, ttl, taken_over = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

local record = read()
if record[TOKEN] == token then
    -- The same claim, sent again since its answer was lost.
    write_again(record)
    return tonumber(record[ATTEMPT])
end
if record[TOKEN] or redis.call('EXISTS', key) == 1 then
    -- All that a worker can change of a record without claiming it. The token alone wouldn't do:
    -- a late worker may have completed or renewed meanwhile, under the same one.
    local state = (record[TOKEN] or '') .. ' ' .. (record[STATUS] or '') .. ' '
        .. (record[LEASE_UNTIL] or '') .. ' ' .. (record[EXPIRES_AT] or '')
    if state ~= taken_over then
        return { now, state, unpack(record, 1, 8) }
    end
end

local attempt = math.min((tonumber(record[ATTEMPT]) or 0) + 1, 2147483647)
redis.call('HSET', key, 'token', token, 'status', 'processing', 'attempt', digits(attempt),
    'fingerprint', fingerprint, 'result_version', result_version, 'created_at', digits(now),
    'lease_until', digits(now + lease), 'ttl', digits(ttl), 'expires_at', digits(now + ttl))
redis.call('HDEL', key, 'result', 'completed_at')
keep_until(now + ttl, now + lease)
return attempt
