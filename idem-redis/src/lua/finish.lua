-- Ends a claim. Gives 1 if it has ended so, now or before, and else 0.
local token, status, has_result, result = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local record = read()
if record[TOKEN] ~= token then
    return 0
end
if record[STATUS] == status then
    write_again(record)
    return 1
end
if record[STATUS] ~= 'processing' then
    return 0
end
local expires_at = now + tonumber(record[TTL])
local fields = { 'status', status, 'completed_at', digits(now), 'expires_at', digits(expires_at) }
if has_result == '1' then
    fields[7], fields[8] = 'result', result
end
redis.call('HSET', key, unpack(fields))
redis.call('HDEL', key, 'lease_until')
keep_until(expires_at, 0)
return 1
