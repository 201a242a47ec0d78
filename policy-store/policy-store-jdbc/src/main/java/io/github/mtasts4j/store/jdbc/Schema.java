// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables, and the number that says of which release they are. Made or brought up to date when they are first needed. */
final class Schema {

    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private final List<String> later;
    private volatile State state = State.UNKNOWN;

    private enum State {
        UNKNOWN,
        OURS,
        NEWER
    }

    Schema() {
        this(List.of());
    }

    /** As a later release would have it, with one more migration. */
    Schema(List<String> later) {
        this.later = later;
    }

    /** Sees to it that there are tables. Nothing but a look at a field once that is done. */
    void prepare(Connection connection, Dialect dialect) throws SQLException {
        if (state == State.UNKNOWN) {
            int version = version(connection, dialect);
            int ours = migrations(dialect).size();
            if (version < ours) {
                version = migrate(connection, dialect);
            }
            state = version > ours ? State.NEWER : State.OURS;
            if (state == State.NEWER) {
                log.warn(
                        "The tables of the policy store are of version {}, and {} is known here: they are only read. Update.",
                        version,
                        ours);
            }
        }
    }

    boolean isNewer() {
        return state == State.NEWER;
    }

    /** Forbids to write what a later release might understand in another way. */
    void requireOurs() throws SQLException {
        if (isNewer()) {
            throw new SQLException("a later release has made the tables; this one only reads them");
        }
    }

    private List<List<String>> migrations(Dialect dialect) {
        List<List<String>> all = new ArrayList<>(dialect.migrations());
        if (!later.isEmpty()) {
            all.add(later);
        }
        return all;
    }

    /** 0 if there are no tables. */
    private static int version(Connection connection, Dialect dialect) throws SQLException {
        return first(connection, dialect.findsSchema()).isEmpty()
                ? 0
                : first(connection, "SELECT max(version) FROM mtasts4j_schema")
                        .map(Integer::parseInt)
                        .orElse(0);
    }

    private int migrate(Connection connection, Dialect dialect) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String lock : dialect.locksSchema()) {
                statement.execute(lock);
            }
            statement.execute("CREATE TABLE IF NOT EXISTS mtasts4j_schema (version INTEGER NOT NULL)");
            int version = version(connection, dialect); // Somebody may have been quicker.
            List<List<String>> all = migrations(dialect);
            for (int next = version; next < all.size(); next++) {
                for (String change : all.get(next)) {
                    statement.execute(change);
                }
                statement.execute("INSERT INTO mtasts4j_schema (version) VALUES (" + (next + 1) + ")");
                log.info("The tables of the policy store are of version {} now", next + 1);
            }
            connection.commit();
            return Math.max(version, all.size());
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static Optional<String> first(Connection connection, String query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            return Dialect.first(select);
        }
    }
}
