// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;

/**
 * Rows in an engine that need not answer yet, by way of connections that are used again, tested before they are and dropped when
 * they are broken.
 *
 * @param rows the rows
 * @param end what closes the connections
 */
record SharedRows(PolicyRows rows, Runnable end) {

    /** Cold domains wait for the store, so nobody waits longer than this for a connection. */
    private static final int PATIENCE_MILLIS = 2000;

    private static final int PATIENCE_SECONDS = PATIENCE_MILLIS / 1000;

    /** One of them is kept by LISTEN or SUBSCRIBE. */
    private static final int MOST_CONNECTIONS = 10;

    /** What the driver has to say it throws, and a log of its own, with traces, is not asked for. Kept here, or it is collected. */
    private static final Logger DRIVERS_LOG = Logger.getLogger("org.postgresql");

    private static final String PASSWORD = "MTA_STS_STORE_PASSWORD";

    static SharedRows of(StoreUrl url, SharedStoreOptions options, Map<String, String> env) {
        String namespace = options.namespace();
        List<X509Certificate> anchors = options.anchorsFor(url);
        return switch (url.kind()) {
            case POSTGRESQL -> postgres(url, namespace, env);
            case SQLITE -> sqlite(url, namespace);
            case REDIS -> redis(url, namespace, anchors, env);
        };
    }

    // ---- databases ----

    private static SharedRows postgres(StoreUrl url, String namespace, Map<String, String> env) {
        HikariConfig config = pool(url);
        config.addDataSourceProperty("connectTimeout", PATIENCE_SECONDS);
        config.addDataSourceProperty("loginTimeout", PATIENCE_SECONDS);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "mta-sts");
        // As libpq has it; the driver itself reads PGPASSFILE and ~/.pgpass, at each connection.
        password(env).or(() -> Optional.ofNullable(env.get("PGPASSWORD"))).ifPresent(config::setPassword);
        return database(config, namespace);
    }

    /** What is acknowledged is on the disk, and readers do not wait for a writer. */
    private static SharedRows sqlite(StoreUrl url, String namespace) {
        HikariConfig config = pool(url);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("busy_timeout", PATIENCE_MILLIS);
        return database(config, namespace);
    }

    private static HikariConfig pool(StoreUrl url) {
        DRIVERS_LOG.setLevel(Level.OFF);
        requireDriver(url);
        HikariConfig config = new HikariConfig();
        config.setPoolName("mta-sts-store");
        config.setJdbcUrl(url.text());
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setValidationTimeout(PATIENCE_MILLIS / 2);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    private static void requireDriver(StoreUrl url) {
        try {
            var unused = DriverManager.getDriver(url.text());
        } catch (SQLException e) {
            throw new Refusal(
                    url.kind() == StoreUrl.Kind.SQLITE
                            ? "there is no driver for SQLite: put sqlite-jdbc.jar beside mta-sts.jar (docs/cli.md)"
                            : "not a URL of " + url.kind().product() + ": " + url.shown(),
                    e);
        }
    }

    private static SharedRows database(HikariConfig config, String namespace) {
        HikariDataSource source = new HikariDataSource(config);
        return new SharedRows(JdbcPolicyRows.of(source, namespace), source::close);
    }

    private static Optional<String> password(Map<String, String> env) {
        return Optional.ofNullable(env.get(PASSWORD));
    }

    // ---- Redis ----

    private static SharedRows redis(
            StoreUrl url, String namespace, List<X509Certificate> anchors, Map<String, String> env) {
        DefaultJedisClientConfig.Builder client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(PATIENCE_MILLIS)
                .socketTimeoutMillis(PATIENCE_MILLIS)
                .clientName("mta-sts")
                .database(url.number());
        url.user().ifPresent(client::user);
        password(env).ifPresent(client::password);
        if (url.isRedisOverTls()) {
            client.sslOptions(
                    anchors.isEmpty() ? SslOptions.defaults() : trusting(anchors)); // Both check the name, too.
        }
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(MOST_CONNECTIONS);
        pool.setMaxWait(Duration.ofMillis(PATIENCE_MILLIS));
        pool.setTestOnBorrow(true);
        RedisClient redis = RedisClient.builder()
                .hostAndPort(new HostAndPort(url.host(), url.port()))
                .poolConfig(pool)
                .clientConfig(client.build())
                .build();
        return new SharedRows(RedisPolicyRows.of(redis, namespace), redis::close);
    }

    /** Jedis reads authorities from a key store only. */
    private static SslOptions trusting(List<X509Certificate> anchors) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate anchor : anchors) {
                store.setCertificateEntry(String.valueOf(store.size()), anchor);
            }
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            char[] seal = {'s'};
            store.store(octets, seal);
            return SslOptions.builder()
                    .truststore(() -> new ByteArrayInputStream(octets.toByteArray()), seal)
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime can keep a certificate", e);
        }
    }
}
