// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** SQLite: one writer at a time among all processes of a machine. */
final class Sqlite implements Dialect {

    static final Sqlite DIALECT = new Sqlite();

    private static final String NEXT =
            "INSERT INTO mtasts4j_counter AS c (namespace, epoch, generation) VALUES (?, ?, 1)"
                    + " ON CONFLICT (namespace) DO UPDATE SET generation = c.generation + 1";

    private static final String GENERATION = "(SELECT generation FROM mtasts4j_counter WHERE namespace = ?)";

    private static final String INSERT = "INSERT INTO mtasts4j_policy (generation, octets, namespace, domain) VALUES ("
            + GENERATION + ", ?, ?, ?) ON CONFLICT (namespace, domain) DO NOTHING";

    private static final String UPDATE = "UPDATE mtasts4j_policy SET generation = " + GENERATION
            + ", octets = ? WHERE namespace = ? AND domain = ? AND generation = ?";

    private static final List<List<String>> MIGRATIONS = List.of(List.of("""
            CREATE TABLE mtasts4j_counter (
              namespace TEXT PRIMARY KEY, epoch TEXT NOT NULL, generation INTEGER NOT NULL)""", """
            CREATE TABLE mtasts4j_policy (
              namespace TEXT NOT NULL, domain TEXT NOT NULL, generation INTEGER NOT NULL, octets BLOB NOT NULL,
              PRIMARY KEY (namespace, domain), UNIQUE (namespace, generation))""", """
            CREATE TABLE mtasts4j_lease (
              namespace TEXT NOT NULL, domain TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
              PRIMARY KEY (namespace, domain))"""));

    private Sqlite() {}

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public String findsSchema() {
        return "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'mtasts4j_schema'";
    }

    @Override
    public List<String> locksSchema() {
        return List.of(); // Whoever writes first has the lock.
    }

    @Override
    public List<List<String>> migrations() {
        return MIGRATIONS;
    }

    @Override
    public boolean put(Connection connection, String namespace, String key, long expected, byte[] octets)
            throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement next = connection.prepareStatement(NEXT);
                PreparedStatement put = connection.prepareStatement(expected == 0 ? INSERT : UPDATE)) {
            next.setString(1, namespace);
            next.setString(2, UUID.randomUUID().toString());
            next.executeUpdate(); // First, because a transaction that begins with a read cannot always write.
            put.setString(1, namespace);
            put.setBytes(2, octets);
            put.setString(3, namespace);
            put.setString(4, key);
            if (expected != 0) {
                put.setLong(5, expected);
            }
            boolean written = put.executeUpdate() == 1;
            connection.commit();
            return written;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    @Override
    public String now() {
        return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
    }
}
