// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A private PostgreSQL on loopback, with a database of its own. It can be stopped and started again. It does not wait for the disk:
 * processes are killed here, and the power stays on.
 */
final class PostgresServer implements StoreServer {

    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
    private static final String READY = "database system is ready to accept connections";
    private static final DebianPackage POSTGRES = new DebianPackage("postgresql-15", PROGRAMS.resolve("postgres"));
    /** Segments of its journal have as many; to files of its tables a limit is set above that. */
    private static final long LARGEST_FILE = 20L << 20;

    private static final String AS_POSTGRES = "setpriv --reuid=postgres --regid=postgres --init-groups ";

    /** The one role that has to have a password, once it is made. */
    static final String WITH_PASSWORD = "sts";

    private final PrivateDirectory directory = PrivateDirectory.of("postgres");
    private Path data;
    private final int port = FreePorts.next().getPort();
    private @Nullable ServerProcess process;

    private PostgresServer() throws InterruptedException {
        POSTGRES.require();
        POSTGRES.requireRoot();
        this.data = directory.directory("data", "postgres");
        Signals.shell(AS_POSTGRES + PROGRAMS.resolve("initdb")
                + " --no-sync -A trust -U postgres -E UTF8 --locale=C.UTF-8 -D " + data);
        Signals.shell(
                "sed -i '1ihost all " + WITH_PASSWORD + " 127.0.0.1/32 scram-sha-256' " + data.resolve("pg_hba.conf"));
    }

    static PostgresServer start() throws InterruptedException {
        PostgresServer server = new PostgresServer();
        try {
            server.begin();
            return server;
        } catch (AssertionError | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void begin() throws InterruptedException {
        ServerProcess started = started(data, port, "immediate");
        process = started;
        started.awaitReady(READY);
    }

    private static ServerProcess started(Path data, int port, String stop) {
        return ServerProcess.start(
                "PostgreSQL",
                AS_POSTGRES + PROGRAMS.resolve("postgres") + " -D " + data + " -p " + port
                        + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c fsync=off",
                AS_POSTGRES + PROGRAMS.resolve("pg_ctl") + " -D " + data + " -m " + stop + " stop");
    }

    @Override
    public void crash() {
        ServerProcess running = process;
        process = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void kill() throws InterruptedException {
        Signals.sendToAll("KILL", data.resolve("postmaster.pid"));
        crash();
    }

    @Override
    public void pause() throws InterruptedException {
        Signals.sendToAll("STOP", data.resolve("postmaster.pid"));
    }

    @Override
    public void resume() throws InterruptedException {
        Signals.sendToAll("CONT", data.resolve("postmaster.pid"));
    }

    @Override
    public void empty() {
        execute("TRUNCATE mtasts4j_policy, mtasts4j_counter, mtasts4j_lease");
    }

    /** Its processes can make no file longer than it is, as on a disk that is full. */
    @Override
    public void fill() throws InterruptedException {
        Signals.limitFiles(AS_POSTGRES, LARGEST_FILE, data.resolve("postmaster.pid"));
        execute("ALTER TABLE mtasts4j_policy SET (autovacuum_enabled = false)");
        for (int octets : new int[] {1000, 100, 1}) { // To the last page.
            while (takes(octets)) {
                // And again.
            }
        }
    }

    /** As many rows, of as many octets each. */
    private boolean takes(int octets) {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO mtasts4j_policy (namespace, domain, generation, octets)"
                    + " SELECT 'junk', gen_random_uuid()::text, (random() * 9e18)::bigint, decode(repeat('00', "
                    + octets + "), 'hex')"
                    + " FROM generate_series(1, " + octets + ")");
            return true;
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("could not extend file")) {
                return false;
            }
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void makeRoom() throws InterruptedException {
        execute("DELETE FROM mtasts4j_policy WHERE namespace = 'junk'", "VACUUM mtasts4j_policy");
    }

    @Override
    public Replica replica() throws InterruptedException {
        Path copy = directory.directory("replica", "postgres");
        Signals.shell(AS_POSTGRES + "sh -c 'chmod 700 " + copy + " && " + PROGRAMS.resolve("pg_basebackup")
                + " -h 127.0.0.1 -p " + port + " -U postgres -D " + copy + " -R -X stream -c fast'");
        try (ServerProcess standby = started(copy, FreePorts.next().getPort(), "fast")) {
            standby.awaitReady("started streaming WAL from primary");
        }
        return () -> {
            data = copy;
            ServerProcess standby = started(data, port, "immediate");
            process = standby;
            standby.awaitReady("ready to accept read-only connections");
            Signals.shell(AS_POSTGRES + PROGRAMS.resolve("pg_ctl") + " -D " + data + " promote");
            standby.awaitReady(READY);
        };
    }

    @Override
    public void hang() throws InterruptedException {
        Signals.send("STOP", data.resolve("postmaster.pid"));
    }

    @Override
    public void goOn() throws InterruptedException {
        Signals.send("CONT", data.resolve("postmaster.pid"));
    }

    /** Connections, with limits as docs/clusters.md has them. */
    PGSimpleDataSource source() {
        return source(port);
    }

    /** Connections to a port at which nobody listens, or somebody does. */
    static PGSimpleDataSource source(int port) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("postgres");
        source.setConnectTimeout(2);
        source.setLoginTimeout(2);
        return source;
    }

    @Override
    public int port() {
        return port;
    }

    void execute(String... commands) {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        crash();
        directory.close();
    }
}
