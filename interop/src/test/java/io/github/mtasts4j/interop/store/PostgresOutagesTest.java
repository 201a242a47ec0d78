// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import org.junit.jupiter.api.AfterEach;

/** Outages of PostgreSQL. */
final class PostgresOutagesTest extends StoreOutages {

    private final PostgresServer server = PostgresServer.start();

    PostgresOutagesTest() throws InterruptedException {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    PolicyRows rows() {
        return JdbcPolicyRows.of(server.source());
    }

    @Override
    StoreServer server() {
        return server;
    }
}
