// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import io.github.mtasts4j.discovery.PolicyRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of policies in PostgreSQL (12 or newer), which many machines can share, or in SQLite (3.35 or newer), for the processes of
 * one machine. Give it to a {@link io.github.mtasts4j.discovery.SharedPolicyStore}.
 *
 * <p>The tables are made when they are first needed, in the schema in which the connection makes tables, and brought up to date
 * by a later release. Tables that a later release than this has made are only read.
 *
 * <p>Methods wait for a connection as long as the {@link DataSource} lets them, which should be two seconds at most, and then two
 * seconds for each answer. They throw {@link IllegalStateException} if the database fails them.
 */
public final class JdbcPolicyRows implements PolicyRows {

    private static final Logger log = LoggerFactory.getLogger(JdbcPolicyRows.class);

    private static final String GET = "SELECT domain, generation, CASE WHEN length(octets) <= ? THEN octets END"
            + " FROM mtasts4j_policy WHERE namespace = ? AND domain = ?";
    private static final String AFTER = "SELECT domain, generation, CASE WHEN length(octets) <= ? THEN octets END"
            + " FROM mtasts4j_policy WHERE namespace = ? AND generation > ? ORDER BY generation LIMIT ?";
    private static final String COUNTER = "SELECT epoch, generation FROM mtasts4j_counter WHERE namespace = ?";

    private final DataSource source;
    private final String namespace;
    private final Schema schema;

    JdbcPolicyRows(DataSource source, String namespace, Schema schema) {
        this.source = source;
        this.namespace = namespace;
        this.schema = schema;
    }

    /**
     * The rows of senders that are all alike.
     *
     * @param source connections to PostgreSQL or SQLite; better out of a pool, which has one more than there are threads,
     *     since LISTEN keeps one
     * @return the rows; the database need not answer yet, and there is nothing to close
     */
    public static JdbcPolicyRows of(DataSource source) {
        return of(source, "default");
    }

    /**
     * The rows of one of several kinds of senders, which differ in what they trust, whom they ask or what their operators
     * override.
     *
     * @param source connections to PostgreSQL or SQLite
     * @param namespace the name of that kind
     * @return the rows; the database need not answer yet, and there is nothing to close
     */
    public static JdbcPolicyRows of(DataSource source, String namespace) {
        return new JdbcPolicyRows(source, namespace, new Schema());
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Optional<Row> get(String key) {
        return with("read a row", (connection, dialect) -> {
            try (PreparedStatement select = connection.prepareStatement(GET)) {
                select.setInt(1, MOST_OCTETS);
                select.setString(2, namespace);
                select.setString(3, key);
                return rows(select).stream().findFirst();
            }
        });
    }

    private static List<Row> rows(PreparedStatement select) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet result = select.executeQuery()) {
            while (result.next()) {
                byte @Nullable [] octets = result.getBytes(3);
                rows.add(new Row(result.getString(1), result.getLong(2), octets == null ? new byte[0] : octets));
            }
        }
        return rows;
    }

    /** {@inheritDoc} The life is not looked at: a database forgets nothing. */
    @Override
    public boolean put(String key, long expected, byte[] octets, Duration life) {
        return with("write a row", (connection, dialect) -> {
            schema.requireOurs();
            return dialect.put(connection, namespace, key, expected, octets);
        });
    }

    @Override
    public Page after(long generation, int most) {
        return with("read what is new", (connection, dialect) -> {
            try (PreparedStatement counter = connection.prepareStatement(COUNTER);
                    PreparedStatement select = connection.prepareStatement(AFTER)) {
                counter.setString(1, namespace);
                select.setInt(1, MOST_OCTETS);
                select.setString(2, namespace);
                select.setLong(3, generation);
                select.setInt(4, most);
                try (ResultSet result = counter.executeQuery()) {
                    return result.next()
                            ? new Page(result.getString(1), result.getLong(2), rows(select))
                            : new Page("", 0, List.of());
                }
            }
        });
    }

    /** {@inheritDoc} Always granted where a later release has made the tables. */
    @Override
    public boolean lease(String key, String owner, Duration term) {
        return with("take a lease", (connection, dialect) -> {
            if (schema.isNewer()) {
                return true;
            }
            try (PreparedStatement take = connection.prepareStatement(dialect.lease())) {
                take.setString(1, namespace);
                take.setString(2, key);
                take.setString(3, owner);
                take.setLong(4, term.toMillis());
                return take.executeUpdate() == 1;
            }
        });
    }

    /**
     * {@inheritDoc} With PostgreSQL, its own driver and a primary server it is LISTEN, which keeps one connection; else it never
     * rings.
     */
    @Override
    public Bell bell() {
        try {
            Connection connection = source.getConnection();
            Optional<Bell> bell = Optional.empty();
            try {
                bell = Dialect.of(connection).bell(connection, namespace);
            } finally {
                if (bell.isEmpty()) {
                    connection.close();
                }
            }
            return bell.orElseGet(Silence::new);
        } catch (SQLException e) {
            log.debug("No LISTEN; the table is looked at every two seconds all the same", e);
            return new Silence();
        }
    }

    // ---- a connection ----

    /** What is done with a connection. */
    private interface Work<T> {
        T run(Connection connection, Dialect dialect) throws SQLException;
    }

    private <T> T with(String what, Work<T> work) {
        try (Connection connection = source.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            Limits limits = Limits.on(connection, dialect);
            try {
                schema.prepare(connection, dialect);
                return work.run(connection, dialect);
            } finally {
                limits.end();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database failed to " + what + ": " + e.getMessage(), e);
        }
    }
}
