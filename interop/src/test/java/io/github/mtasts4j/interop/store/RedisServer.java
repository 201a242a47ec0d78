// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerProcess;
import java.nio.file.Path;
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
    private @Nullable ServerProcess process;

    private RedisServer() {}

    static RedisServer start() throws InterruptedException {
        RedisServer server = new RedisServer();
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
        ServerProcess started = ServerProcess.start(
                "Redis",
                REDIS.require() + " --bind 127.0.0.1 --port " + port + " --dir " + directory.path("")
                        + " --appendonly yes --appendfsync always --save '' --pidfile " + directory.path("pid"),
                "kill -9 $(cat " + directory.path("pid") + ")");
        process = started;
        started.awaitReady("Ready to accept connections");
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
    public void hang() throws InterruptedException {
        Signals.send("STOP", directory.path("pid"));
    }

    @Override
    public void goOn() throws InterruptedException {
        Signals.send("CONT", directory.path("pid"));
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
