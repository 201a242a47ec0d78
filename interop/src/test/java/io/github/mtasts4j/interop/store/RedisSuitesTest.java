// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.scenarios.FaultyStore;
import io.github.mtasts4j.scenarios.Restarts;
import io.github.mtasts4j.scenarios.StoreFaultMatrix;
import io.github.mtasts4j.scenarios.StoreOpener;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import redis.clients.jedis.RedisClient;

/** What the store in files has to stand, with Redis. */
final class RedisSuitesTest {

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

    /** The fault matrix. */
    @Nested
    final class Faults extends StoreFaultMatrix {

        private final FaultyRedis store = new FaultyRedis();

        @Override
        protected FaultyStore store() {
            return store;
        }
    }

    private static final class FaultyRedis extends FaultyRows {

        private final PolicyRows there = RedisPolicyRows.of(client, "faults");
        private final PolicyRows nowhere =
                RedisPolicyRows.of(RedisServer.client(FreePorts.next().getPort()), "faults");
        private boolean isReachable = true;
        private boolean isReplica;

        @Override
        PolicyRows rows() {
            return isReachable ? there : nowhere;
        }

        @Override
        void reachable(boolean can) {
            isReachable = can;
        }

        /** As after a failover: it becomes the replica of one that is not there. */
        @Override
        void writable(boolean can) {
            if (isReplica == can) {
                isReplica = !can;
                server.replica(isReplica);
            }
        }

        @Override
        void deleteRows() {
            client.keys("mtasts4j:{faults}:row:*").forEach(client::del);
        }
    }

    /** Writers that are killed. */
    @Nested
    final class Crashes extends ServerCrashes {

        @Override
        StoreServer server() {
            return server;
        }

        @Override
        protected StoreOpener opener() {
            return new Opener();
        }
    }

    /** Opens a namespace of the server at a port. */
    public static final class Opener implements StoreOpener {

        /** Made by its name. */
        public Opener() {}

        @Override
        public PolicyStore open(String place, InstantSource clock, Consumer<String> trouble) {
            int space = place.indexOf(' ');
            RedisClient client = RedisServer.client(Integer.parseInt(place.substring(0, space)));
            PolicyRows rows = RedisPolicyRows.of(client, place.substring(space + 1));
            return SharedPolicyStore.builder(rows).time(TimeSource.of(clock)).build();
        }
    }

    /** Relays that are restarted under attack. */
    @Nested
    final class RelayRestarts extends Restarts {

        @Override
        protected PolicyStore opened(InstantSource clock) {
            return SharedPolicyStore.builder(RedisPolicyRows.of(client, "restart" + System.identityHashCode(this)))
                    .time(TimeSource.of(clock))
                    .build();
        }

        @Override
        protected void assertNoTrouble() {
            // What is refused is not found, which the test would notice.
        }
    }
}
