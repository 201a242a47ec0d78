// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import io.github.mtasts4j.discovery.PolicyRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LISTEN of PostgreSQL, which keeps a connection. Apart from the rest, because the driver need not be there. */
final class NotifyBell implements PolicyRows.Bell {

    private static final Logger log = LoggerFactory.getLogger(NotifyBell.class);

    private final Connection connection;
    private final PGConnection postgres;

    private NotifyBell(Connection connection, PGConnection postgres) {
        this.connection = connection;
        this.postgres = postgres;
    }

    static Optional<PolicyRows.Bell> on(Connection connection) throws SQLException {
        if (!connection.isWrapperFor(PGConnection.class)) {
            return Optional.empty();
        }
        connection.setAutoCommit(true);
        try (Statement listen = connection.createStatement()) {
            listen.execute("LISTEN " + Postgres.CHANNEL);
        }
        return Optional.of(new NotifyBell(connection, connection.unwrap(PGConnection.class)));
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        try {
            var unused = postgres.getNotifications((int) Math.max(1, atMost.toMillis()));
        } catch (SQLException e) {
            throw new IllegalStateException("LISTEN has broken off: " + e.getMessage(), e);
        }
        if (Thread.interrupted()) { // The driver does not notice it.
            throw new InterruptedException();
        }
    }

    @Override
    public void close() {
        try (connection) {
            if (!connection.isClosed()) {
                try (Statement unlisten = connection.createStatement()) {
                    unlisten.execute("UNLISTEN " + Postgres.CHANNEL);
                }
            }
        } catch (SQLException e) {
            log.debug("A broken connection; it is closed all the same", e);
        }
    }
}
