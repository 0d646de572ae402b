#include "runtime/redis/scripts.h"

namespace throughline::runtime::redis {

namespace {

// KEYS  head, tables, then for each table: rows, index
// ARGV  expected token, new token, head; then for each table: name, how many rows are put, how many
//       are erased, key and row of each that is put, key of each that is erased
// Gives 1, or 0 when the head's token is not the expected one.
//
// Lua's unpack takes at most some 8,000 values, hence the stretches. They are short where a sorted
// set is kept: HSET says how many keys were new, and a stretch without any needs no ZADD.
//
// The head is written first: a Redis that takes no writes now (full, replica, failing disk) refuses
// the first one, and nothing has happened. If a later one is refused all the same (a right that the
// user lacks, a key of another type), the partition is forgotten: a store may lose everything, but
// never keep half. Only there are keys named that are not in KEYS. The same when a table has rows
// and is not listed, for its name in the list is damaged.
constexpr std::string_view kCommit = R"(
if (redis.call('HGET', KEYS[1], 'token') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'head', ARGV[3])

local function put(rows, index, kept, first, last)
  local stretch = kept and 32 or 4000
  for i = first, last, stretch do
    local j = math.min(i + stretch - 1, last)
    local new = redis.call('HSET', rows, unpack(ARGV, i, j))
    if kept and new > 0 then
      local keys = {}
      for k = i, j, 2 do
        keys[#keys + 1] = '0'
        keys[#keys + 1] = ARGV[k]
      end
      redis.call('ZADD', index, unpack(keys))
    end
  end
end

local function erase(rows, index, kept, first, last)
  for i = first, last, 4000 do
    local j = math.min(i + 3999, last)
    redis.call('HDEL', rows, unpack(ARGV, i, j))
    if kept then redis.call('ZREM', index, unpack(ARGV, i, j)) end
  end
end

local function write()
  local at = 4
  for k = 3, #KEYS, 2 do
    local name, puts, erased = ARGV[at], 2 * tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    at = at + 3
    local state = redis.call('HGET', KEYS[2], name)
    if not state then
      if redis.call('HLEN', KEYS[k]) > 0 then error('a table is not listed') end
      redis.call('HSET', KEYS[2], name, 'plain')
    end
    local kept = state and state ~= 'plain'
    put(KEYS[k], KEYS[k + 1], kept, at, at + puts - 1)
    at = at + puts
    erase(KEYS[k], KEYS[k + 1], kept, at, at + erased - 1)
    at = at + erased
  end
end

local done, failure = pcall(write)
if done then return 1 end
local prefix = string.sub(KEYS[1], 1, -5)
for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
  redis.call('UNLINK', prefix .. 'row:' .. name, prefix .. 'key:' .. name)
end
redis.call('UNLINK', KEYS[1], KEYS[2], unpack(KEYS, 3))
if type(failure) == 'table' then failure = failure.err end
local what = 'ERR the partition is forgotten, its commit was refused half-way: '
return redis.error_reply(what .. failure)
)";

// KEYS  head, tables, rows, index
// ARGV  1 when there is a guard, the token of the guard, name, lowest and highest key as
//       ZRANGEBYLEX takes them, how many at most
// Gives {keys, rows}, {} when there is no such table, 0 when the head's token is not the guard's,
// 1 when the table has to be indexed first, 2 when what is said of the table is damaged.
constexpr std::string_view kScan = R"(
if ARGV[1] == '1' and (redis.call('HGET', KEYS[1], 'token') or '') ~= ARGV[2] then return 0 end
local state = redis.call('HGET', KEYS[2], ARGV[3])
if not state then
  if redis.call('HLEN', KEYS[3]) > 0 then return 2 end
  return {}
end
if state == 'plain' or string.sub(state, 1, 9) == 'indexing ' then return 1 end
if state ~= 'indexed' then return 2 end
local keys = redis.call('ZRANGEBYLEX', KEYS[4], ARGV[4], ARGV[5], 'LIMIT', 0, ARGV[6])
local rows = {}
for i = 1, #keys, 4000 do
  local some = redis.call('HMGET', KEYS[3], unpack(keys, i, math.min(i + 3999, #keys)))
  for k = 1, #some do rows[#rows + 1] = some[k] end
end
return {keys, rows}
)";

// One stretch of indexing a table, from cursor 0 until the cursor given back is 0 again.
// KEYS  tables, rows, index
// ARGV  name, cursor, id of this run
// Gives {cursor, id to go on with}.
//
// A run is only good for the keys that were there when its id was written, and a partition may be
// cleared and begun anew meanwhile: so a run whose id is gone ends, and says nothing about the
// index. Whoever begins while another run is on goes by that one's id; either may finish first.
// A cursor is only good on the server that gave it: a run keeps to one connection.
constexpr std::string_view kIndex = R"(
local state, id = redis.call('HGET', KEYS[1], ARGV[1]), ARGV[3]
if not state or state == 'indexed' then return {'0', id} end
if ARGV[2] == '0' then
  if state == 'plain' then
    redis.call('HSET', KEYS[1], ARGV[1], 'indexing ' .. id)
  else
    id = string.sub(state, 10)
  end
elseif state ~= 'indexing ' .. id then
  return {'0', id}
end
local page = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', 2000)
local found = page[2]
for i = 1, #found, 4000 do
  local keys = {}
  for k = i, math.min(i + 3999, #found), 2 do
    keys[#keys + 1] = '0'
    keys[#keys + 1] = found[k]
  end
  redis.call('ZADD', KEYS[3], unpack(keys))
end
if page[1] == '0' then redis.call('HSET', KEYS[1], ARGV[1], 'indexed') end
return {page[1], id}
)";

// KEYS  head, tables, then for each table: rows, index
// Gives 1, or 0 when there are other tables than these; ARGV has their names.
constexpr std::string_view kClear = R"(
if redis.call('HLEN', KEYS[2]) ~= #ARGV then return 0 end
for _, name in ipairs(ARGV) do
  if redis.call('HEXISTS', KEYS[2], name) == 0 then return 0 end
end
for i = 1, #KEYS, 4000 do redis.call('UNLINK', unpack(KEYS, i, math.min(i + 3999, #KEYS))) end
return 1
)";

}  // namespace

std::string_view TextOf(Script script) {
  switch (script) {
    case Script::kCommit:
      return kCommit;
    case Script::kScan:
      return kScan;
    case Script::kIndex:
      return kIndex;
    case Script::kClear:
      return kClear;
  }
  return {};
}

}  // namespace throughline::runtime::redis
