// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Whether a Redis keeps what it is given, by what it says of itself. */
final class RedisCheck {

    private static final Logger log = LoggerFactory.getLogger(RedisCheck.class);

    private RedisCheck() {}

    /** Says what is wrong with it. */
    static void warn(UnifiedJedis redis) {
        try {
            objections(redis.info("memory") + "\n" + redis.info("persistence")).forEach(log::warn);
        } catch (JedisException e) {
            log.debug("Redis does not say how it is set", e);
        }
    }

    /** What is wrong, by the answer to INFO. */
    static List<String> objections(String info) {
        Map<String, String> said = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                said.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        List<String> objections = new ArrayList<>();
        String policy = said.getOrDefault("maxmemory_policy", "noeviction");
        if (!policy.equals("noeviction") && !said.getOrDefault("maxmemory", "0").equals("0")) {
            objections.add("Redis has the maxmemory-policy " + policy
                    + ": when its memory is full it forgets policies, and whoever can"
                    + " fill it can have mail sent in the clear. Set noeviction (RFC 8461 §10.2).");
        }
        if (said.getOrDefault("aof_enabled", "1").equals("0")) {
            objections.add(
                    "Redis keeps no append-only file: when it restarts it forgets the policies since its last snapshot, or"
                            + " all. Set appendonly yes (RFC 8461 §10.2).");
        }
        return objections;
    }
}
