// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.Pem;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerProcess;
import io.github.mtasts4j.testkit.tls.Identity;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** A private Redis on loopback with an append-only file. It can be stopped and started again. */
final class RedisServer implements StoreServer {

    private static final DebianPackage REDIS = new DebianPackage("redis-server", Path.of("/usr/bin/redis-server"));
    private static final int TIMEOUT = 2000;

    private final PrivateDirectory directory = PrivateDirectory.of("redis");
    private final int port = FreePorts.next().getPort();
    private final String listen;
    private Path place = directory.path("");
    private @Nullable ServerProcess process;

    private RedisServer(Optional<Identity> identity) {
        this.listen = identity.map(this::overTls).orElse("--port " + port);
    }

    private String overTls(Identity identity) {
        Path file = directory.secret("identity.pem", Pem.of(identity));
        return "--port 0 --tls-port " + port + " --tls-auth-clients no --tls-cert-file " + file + " --tls-key-file "
                + file;
    }

    static RedisServer start() throws InterruptedException {
        return begun(new RedisServer(Optional.empty()));
    }

    /** One that is reached over TLS alone. */
    static RedisServer start(Identity identity) throws InterruptedException {
        return begun(new RedisServer(Optional.of(identity)));
    }

    private static RedisServer begun(RedisServer server) throws InterruptedException {
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
        ServerProcess started = started(place, listen);
        process = started;
        started.awaitReady("Ready to accept connections");
    }

    private static ServerProcess started(Path place, String listen) {
        Path pid = place.resolve("pid");
        return ServerProcess.start(
                "Redis",
                REDIS.require() + " --bind 127.0.0.1 " + listen + " --dir " + place
                        + " --appendonly yes --appendfsync always --save '' --pidfile " + pid,
                "kill -9 $(cat " + pid + ")");
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
    public void kill() {
        crash(); // It is ended by SIGKILL in any case, and has one process.
    }

    @Override
    public void pause() throws InterruptedException {
        hang();
    }

    @Override
    public void resume() throws InterruptedException {
        goOn();
    }

    @Override
    public void empty() {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            redis.flushAll();
        }
    }

    @Override
    public void fill() {
        setMaxMemory("1");
    }

    @Override
    public void makeRoom() {
        setMaxMemory("0");
    }

    private void setMaxMemory(String octets) {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            redis.configSet("maxmemory", octets); // The policy is noeviction unless somebody says otherwise.
        }
    }

    @Override
    public Replica replica() throws InterruptedException {
        Path copy = directory.directory("replica");
        String aside = "--port " + FreePorts.next().getPort() + " --replicaof 127.0.0.1 " + port;
        try (ServerProcess replica = started(copy, aside)) {
            replica.awaitReady("Background AOF rewrite finished successfully"); // The copy is on disk.
        }
        return () -> {
            place = copy;
            begin();
        };
    }

    @Override
    public void hang() throws InterruptedException {
        Signals.send("STOP", place.resolve("pid"));
    }

    @Override
    public void goOn() throws InterruptedException {
        Signals.send("CONT", place.resolve("pid"));
    }

    /** Makes it a replica of a server that is not there, or a primary again. */
    void replica(boolean is) {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            if (is) {
                redis.replicaof("127.0.0.1", 1);
            } else {
                redis.replicaofNoOne();
            }
        }
    }

    /** Connections, with limits as docs/clusters.md has them. */
    RedisClient client() {
        return client(port);
    }

    /** Connections to a port at which nobody listens, or somebody does. */
    static RedisClient client(int port) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setTestOnBorrow(true); // Or the first questions after an outage go to connections that are dead.
        return RedisClient.builder()
                .hostAndPort(new HostAndPort("127.0.0.1", port))
                .poolConfig(pool)
                .clientConfig(DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(TIMEOUT)
                        .socketTimeoutMillis(TIMEOUT)
                        .build())
                .build();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        crash();
        directory.close();
    }
}
