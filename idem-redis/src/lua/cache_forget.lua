-- Drops a copy, and takes none for a time: one may be on its way.
redis.call('DEL', key)
redis.call('HSET', key, 'status', 'forgotten')
redis.call('PEXPIREAT', key, digits(now + tonumber(ARGV[1])))
return 1
