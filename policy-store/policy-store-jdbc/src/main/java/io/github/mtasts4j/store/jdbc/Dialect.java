// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import io.github.mtasts4j.discovery.PolicyRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** In what the databases differ. */
interface Dialect {

    /** That of a connection's database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "PostgreSQL" -> Postgres.DIALECT;
            case "SQLite" -> Sqlite.DIALECT;
            default -> throw new SQLException("PostgreSQL and SQLite are known here, and this is " + product);
        };
    }

    /** Whether answers come over a network, which can be silent for ever. */
    boolean isRemote();

    /** A query whose answer is null, or empty, if there is no table {@code mtasts4j_schema}. */
    String findsSchema();

    /** What to do before tables are made or changed, so that two who start at once do not both do it. */
    List<String> locksSchema();

    /** The statements that lead from each version of the tables to the next. */
    List<List<String>> migrations();

    /** Writes a row over an expected generation, or where there is none for 0, and counts it, in one step. */
    boolean put(Connection connection, String namespace, String key, long expected, byte[] octets) throws SQLException;

    /** The time in milliseconds, by the database's own clock. */
    String now();

    /** Takes a lease: for a namespace, a key, an owner, and so many milliseconds. */
    default String lease() {
        return "INSERT INTO mtasts4j_lease AS l (namespace, domain, owner, until) VALUES (?, ?, ?, " + now() + " + ?)"
                + " ON CONFLICT (namespace, domain) DO UPDATE SET owner = excluded.owner, until = excluded.until"
                + " WHERE l.until <= " + now() + " OR l.owner = excluded.owner";
    }

    /** Something that rings when anybody has written; keeps the connection, unless there is none. */
    default Optional<PolicyRows.Bell> bell(Connection connection, String namespace) throws SQLException {
        return Optional.empty();
    }

    /** The first column of the first row. */
    static Optional<String> first(PreparedStatement select) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
        }
    }
}
