// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import io.github.mtasts4j.testkit.contract.PolicyRowsContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL as the engine. */
final class PostgresPolicyRowsTest extends PolicyRowsContract {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void clean() {
        server.execute(
                "DROP TABLE IF EXISTS mtasts4j_policy, mtasts4j_counter, mtasts4j_lease, mtasts4j_schema CASCADE");
    }

    @Override
    protected PolicyRows rows(String namespace) {
        return JdbcPolicyRows.of(server.source(), namespace);
    }

    @Override
    protected void flush() {
        server.execute("TRUNCATE mtasts4j_policy, mtasts4j_counter, mtasts4j_lease");
    }

    @Test
    void whatAnotherMachineWritesRings() throws InterruptedException {
        PolicyRows rows = rows("default");
        try (PolicyRows.Bell bell = rows.bell()) {
            assertThat(bell).isNotInstanceOf(PolicyRows.Silence.class);
            long begun = System.nanoTime();
            assertThat(rows("default").put("a.example", 0, new byte[] {1}, Duration.ZERO))
                    .isTrue();
            bell.await(Duration.ofMinutes(2));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void namesAreComparedByTheirOctetsWhateverTheLocale() {
        rows("default").put("a.example", 0, new byte[] {1}, Duration.ZERO);

        server.execute("DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE table_name IN"
                + " ('mtasts4j_policy', 'mtasts4j_counter', 'mtasts4j_lease') AND column_name IN ('namespace', 'domain')"
                + " AND collation_name IS DISTINCT FROM 'C') THEN RAISE 'another collation'; END IF; END $$");
        assertThat(rows("default").get("A.example")).isEmpty();
    }
}
