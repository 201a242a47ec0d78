// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** The command over Redis. */
final class RedisCommandTest extends CommandOverStore {

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = server.client();

    RedisCommandTest() throws InterruptedException {}

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Override
    String url() {
        return "redis://127.0.0.1:" + server.port();
    }

    @Override
    String urlWithUser(String password) {
        try (Jedis redis = new Jedis("127.0.0.1", server.port())) {
            redis.aclSetUser("sts", "on", ">" + password, "~*", "&*", "+@all");
        }
        return "redis://sts@127.0.0.1:" + server.port();
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
