-- Keeps a copy of an ended record until a time. What is there stays: it is a copy of the same
-- record, which doesn't change while it lives, or says that the record was forgotten.
local expires_at = tonumber(ARGV[1])

if expires_at <= now or redis.call('EXISTS', key) == 1 then
    return 0
end
local fields = { 'expires_at', digits(expires_at), 'token', ARGV[2], 'status', ARGV[3],
    'attempt', ARGV[4], 'fingerprint', ARGV[5], 'result_version', ARGV[6] }
if ARGV[7] == '1' then
    fields[13], fields[14] = 'result', ARGV[8]
end
redis.call('HSET', key, unpack(fields))
keep_until(expires_at, 0)
return 1
