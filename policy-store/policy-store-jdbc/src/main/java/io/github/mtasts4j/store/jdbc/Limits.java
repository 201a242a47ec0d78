// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A borrowed connection the way we need it: each statement commits, and no answer is waited for too long. */
final class Limits {

    private static final Logger log = LoggerFactory.getLogger(Limits.class);
    private static final int TIMEOUT = (int) TimeUnit.SECONDS.toMillis(2);

    private final Connection connection;
    private final boolean commits;
    private final boolean limits;
    private final int timeout;

    private Limits(Connection connection, boolean limits) throws SQLException {
        this.connection = connection;
        this.limits = limits;
        this.commits = connection.getAutoCommit();
        this.timeout = limits ? connection.getNetworkTimeout() : 0;
    }

    static Limits on(Connection connection, Dialect dialect) throws SQLException {
        Limits before = new Limits(connection, dialect.isRemote());
        if (before.limits) {
            connection.setNetworkTimeout(Runnable::run, TIMEOUT);
        }
        if (!before.commits) {
            connection.setAutoCommit(true);
        }
        return before;
    }

    /** Leaves the connection as it was, for those who borrow it next. */
    void end() {
        try {
            if (!connection.isClosed()) {
                if (!commits) {
                    connection.setAutoCommit(false);
                }
                if (limits) {
                    connection.setNetworkTimeout(Runnable::run, timeout);
                }
            }
        } catch (SQLException e) {
            log.debug("A broken connection; the next one will do", e);
        }
    }
}
