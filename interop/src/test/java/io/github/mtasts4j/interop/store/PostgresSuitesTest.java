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
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.postgresql.ds.PGSimpleDataSource;

/** What the store in files has to stand, with PostgreSQL. */
final class PostgresSuitesTest {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The fault matrix. */
    @Nested
    final class Faults extends StoreFaultMatrix {

        private final FaultyPostgres store = new FaultyPostgres();

        @Override
        protected FaultyStore store() {
            return store;
        }
    }

    private static final class FaultyPostgres extends FaultyRows {

        private final PolicyRows there;
        private final PolicyRows readOnly;
        private final PolicyRows nowhere =
                JdbcPolicyRows.of(PostgresServer.source(FreePorts.next().getPort()), "faults");
        private boolean isReachable = true;
        private boolean isWritable = true;

        FaultyPostgres() {
            PGSimpleDataSource fast = server.source();
            fast.setOptions("-c synchronous_commit=off"); // Three thousand cells; the crashes are another test's.
            this.there = JdbcPolicyRows.of(new KeptConnections(fast).asDataSource(), "faults");
            PGSimpleDataSource standby = server.source(); // As of a primary that has become a standby.
            standby.setOptions("-c default_transaction_read_only=on");
            this.readOnly = JdbcPolicyRows.of(new KeptConnections(standby).asDataSource(), "faults");
        }

        @Override
        PolicyRows rows() {
            if (!isReachable) {
                return nowhere;
            }
            return isWritable ? there : readOnly;
        }

        @Override
        void reachable(boolean can) {
            isReachable = can;
        }

        @Override
        void writable(boolean can) {
            isWritable = can;
        }

        @Override
        void deleteRows() {
            server.execute("DELETE FROM mtasts4j_policy WHERE namespace = 'faults'");
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
            PGSimpleDataSource source = PostgresServer.source(Integer.parseInt(place.substring(0, space)));
            PolicyRows rows = JdbcPolicyRows.of(new KeptConnections(source).asDataSource(), place.substring(space + 1));
            return SharedPolicyStore.builder(rows).time(TimeSource.of(clock)).build();
        }
    }

    /** Relays that are restarted under attack. */
    @Nested
    final class RelayRestarts extends Restarts {

        @Override
        protected PolicyStore opened(InstantSource clock) {
            return SharedPolicyStore.builder(
                            JdbcPolicyRows.of(server.source(), "restart" + System.identityHashCode(this)))
                    .time(TimeSource.of(clock))
                    .build();
        }

        @Override
        protected void assertNoTrouble() {
            // What is refused is not found, which the test would notice.
        }
    }
}
