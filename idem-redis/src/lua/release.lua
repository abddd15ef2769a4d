-- Gives a claim up. Gives 1 if it is given up, now or before, and else 0.
local token = ARGV[1]

local record = read()
if record[TOKEN] ~= token then
    return 0
end
if record[STATUS] == 'released' then
    write_again(record)
    return 1
end
if record[STATUS] ~= 'processing' then
    return 0
end
redis.call('HSET', key, 'status', 'released')
redis.call('HDEL', key, 'lease_until')
-- It isn't live, and stays for its attempt alone.
keep_until(tonumber(record[EXPIRES_AT]), 0)
return 1
