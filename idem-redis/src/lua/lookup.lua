-- Gives the time; and the record that is there, if one is.
local record = read()
if not record[TOKEN] and redis.call('EXISTS', key) == 0 then
    return { now }
end
return { now, '', unpack(record, 1, 8) }
