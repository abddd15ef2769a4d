-- Has a claim's lease end so long from now. Gives 1, or 0 if the claim is lost.
local token, lease = ARGV[1], tonumber(ARGV[2])

local record = read()
if record[TOKEN] ~= token or record[STATUS] ~= 'processing' then
    return 0
end
redis.call('HSET', key, 'lease_until', digits(now + lease))
keep_until(tonumber(record[EXPIRES_AT]), now + lease)
return 1
