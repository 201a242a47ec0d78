// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.redis;

import java.nio.charset.StandardCharsets;

/** What Redis does in one step. */
enum Script {
    /** Key: the row. Arguments: how long it may be. */
    GET("""
            local generation = redis.call('HGET', KEYS[1], 'g')
            if not generation then return {} end
            if redis.call('HSTRLEN', KEYS[1], 'o') > tonumber(ARGV[1]) then return {generation, ''} end
            return {generation, redis.call('HGET', KEYS[1], 'o') or ''}
            """),

    /** Keys: the row, the counter, the order. Arguments: the expected generation, octets, life, epoch, domain, channel. */
    PUT("""
            if (redis.call('HGET', KEYS[1], 'g') or '0') ~= ARGV[1] then return 0 end
            redis.call('HSETNX', KEYS[2], 'epoch', ARGV[4])
            local generation = redis.call('HINCRBY', KEYS[2], 'n', 1)
            redis.call('HSET', KEYS[1], 'g', generation, 'o', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            redis.call('ZADD', KEYS[3], generation, ARGV[5])
            redis.call('PUBLISH', ARGV[6], '')
            return 1
            """),

    /** Keys: the counter, the order. Arguments: after which generation, how many, how long a row may be, the rows' prefix. */
    AFTER("""
            local found = {redis.call('HGET', KEYS[1], 'epoch') or '', redis.call('HGET', KEYS[1], 'n') or '0'}
            local order = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
            for i = 1, #order, 2 do
              local row = ARGV[4] .. order[i]
              local generation = redis.call('HGET', row, 'g')
              local octets = ''
              if generation and redis.call('HSTRLEN', row, 'o') <= tonumber(ARGV[3]) then
                octets = redis.call('HGET', row, 'o') or ''
              end
              found[#found + 1] = order[i]
              found[#found + 1] = order[i + 1]
              found[#found + 1] = generation
              found[#found + 1] = octets
            end
            return found
            """),

    /** Key: the order. Arguments: the rows' prefix, the domains whose rows have run out. */
    FORGET("""
            for i = 2, #ARGV do
              if redis.call('EXISTS', ARGV[1] .. ARGV[i]) == 0 then redis.call('ZREM', KEYS[1], ARGV[i]) end
            end
            return 1
            """),

    /** Key: the lease. Arguments: the owner, the term. */
    LEASE("""
            local owner = redis.call('GET', KEYS[1])
            if owner and owner ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
            """);

    private final String lua;

    Script(String lua) {
        this.lua = lua;
    }

    byte[] octets() {
        return lua.getBytes(StandardCharsets.US_ASCII);
    }
}
