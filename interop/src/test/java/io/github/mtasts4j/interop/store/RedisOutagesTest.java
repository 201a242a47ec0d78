// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.RedisClient;

/** Outages of Redis. */
final class RedisOutagesTest extends StoreOutages {

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = server.client();

    RedisOutagesTest() throws InterruptedException {}

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Override
    PolicyRows rows() {
        return RedisPolicyRows.of(client);
    }

    @Override
    StoreServer server() {
        return server;
    }
}
