// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import io.github.mtasts4j.discovery.PolicyRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** PostgreSQL: every write is one statement, so that a machine that stops in the midst of it holds nobody up. */
final class Postgres implements Dialect {

    static final Postgres DIALECT = new Postgres();

    /** One channel for all namespaces: whoever is rung for nothing looks once too often. */
    static final String CHANNEL = "mtasts4j";

    private static final String SERIALIZATION_FAILURE = "40001";

    /** Its lock is held until the write is there, so that nobody sees a generation before an earlier one. */
    private static final String NEXT = "WITH next AS (INSERT INTO mtasts4j_counter AS c (namespace, epoch, generation)"
            + " VALUES (?, ?, 1) ON CONFLICT (namespace) DO UPDATE SET generation = c.generation + 1 RETURNING generation), ";

    private static final String TELL = " RETURNING 1) SELECT pg_notify('" + CHANNEL + "', '') FROM written";

    private static final String INSERT = NEXT
            + "written AS (INSERT INTO mtasts4j_policy (octets, namespace, domain, generation)"
            + " SELECT ?, ?, ?, next.generation FROM next ON CONFLICT (namespace, domain) DO NOTHING"
            + TELL;

    private static final String UPDATE = NEXT
            + "written AS (UPDATE mtasts4j_policy p SET octets = ?, generation = next.generation FROM next"
            + " WHERE p.namespace = ? AND p.domain = ? AND p.generation = ?"
            + TELL;

    private static final List<List<String>> MIGRATIONS = List.of(List.of("""
            CREATE TABLE mtasts4j_counter (
              namespace text COLLATE "C" PRIMARY KEY, epoch text NOT NULL, generation bigint NOT NULL)""", """
            CREATE TABLE mtasts4j_policy (
              namespace text COLLATE "C", domain text COLLATE "C", generation bigint NOT NULL, octets bytea NOT NULL,
              PRIMARY KEY (namespace, domain), UNIQUE (namespace, generation))""", """
            CREATE UNLOGGED TABLE mtasts4j_lease (
              namespace text COLLATE "C", domain text COLLATE "C", owner text NOT NULL, until bigint NOT NULL,
              PRIMARY KEY (namespace, domain))"""));

    private Postgres() {}

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public String findsSchema() {
        return "SELECT to_regclass('mtasts4j_schema')::text";
    }

    @Override
    public List<String> locksSchema() {
        return List.of("SELECT pg_advisory_xact_lock(84610001)"); // Any number, the same for all.
    }

    @Override
    public List<List<String>> migrations() {
        return MIGRATIONS;
    }

    @Override
    public boolean put(Connection connection, String namespace, String key, long expected, byte[] octets)
            throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(expected == 0 ? INSERT : UPDATE)) {
            put.setString(1, namespace);
            put.setString(2, UUID.randomUUID().toString());
            put.setBytes(3, octets);
            put.setString(4, namespace);
            put.setString(5, key);
            if (expected != 0) {
                put.setLong(6, expected);
            }
            return Dialect.first(put).isPresent();
        } catch (SQLException e) {
            if (SERIALIZATION_FAILURE.equals(e.getSQLState())) { // Under REPEATABLE READ: somebody else was quicker.
                return false;
            }
            throw e;
        }
    }

    @Override
    public String now() {
        return "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    }

    @Override
    public Optional<PolicyRows.Bell> bell(Connection connection, String namespace) throws SQLException {
        try {
            return NotifyBell.on(connection);
        } catch (NoClassDefFoundError e) { // The driver is another, or is hidden from this module.
            return Optional.empty();
        }
    }
}
