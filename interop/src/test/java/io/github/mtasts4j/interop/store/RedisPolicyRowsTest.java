// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import io.github.mtasts4j.testkit.contract.PolicyRowsContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** Redis as the engine. */
final class RedisPolicyRowsTest extends PolicyRowsContract {

    private static RedisServer server;
    private static RedisClient client;

    @BeforeAll
    static void start() throws InterruptedException {
        server = RedisServer.start();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @AfterEach
    void clean() {
        flush();
    }

    @Override
    protected PolicyRows rows(String namespace) {
        return RedisPolicyRows.of(client, namespace);
    }

    @Override
    protected void flush() {
        client.flushAll();
    }

    @Test
    void whatAnotherMachineWritesRings() throws InterruptedException {
        try (PolicyRows.Bell bell = rows("default").bell()) {
            bell.await(Duration.ofMinutes(2)); // Rings once when it is hung up.
            long begun = System.nanoTime();
            assertThat(rows("default").put("a.example", 0, new byte[] {1}, Duration.ofDays(1)))
                    .isTrue();
            bell.await(Duration.ofMinutes(2));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void aRowLivesAtLeastAsLongAsItWasAskedTo() {
        rows("default").put("a.example", 0, new byte[] {1}, Duration.ofDays(37));

        assertThat(client.ttl("mtasts4j:{default}:row:a.example"))
                .isBetween(
                        Duration.ofDays(37).toSeconds() - 60,
                        Duration.ofDays(37).toSeconds());
    }

    @Test
    void rowsThatHaveRunOutAreMissedByNobody() {
        PolicyRows rows = rows("default");
        for (int i = 0; i < 10; i++) {
            rows.put("d" + i + ".example", 0, new byte[] {1}, Duration.ofDays(1));
        }
        for (int i = 0; i < 8; i++) {
            client.del("mtasts4j:{default}:row:d" + i + ".example");
        }

        assertThat(rows.after(0, 3).rows()).extracting(PolicyRows.Row::key).containsExactly("d8.example", "d9.example");
        assertThat(client.zcard("mtasts4j:{default}:generations")).isEqualTo(2);
    }
}
