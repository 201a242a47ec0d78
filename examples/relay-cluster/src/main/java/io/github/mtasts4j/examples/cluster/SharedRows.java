// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.cluster;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import java.net.URI;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/** The rows behind a URL. A relay with mail to send has a pool in place of the data sources here. */
final class SharedRows {

    private static final int SECONDS = 2;

    private SharedRows() {}

    /**
     * Finds the engine; it need not answer yet.
     *
     * @param url such as {@code jdbc:postgresql://db/mail?user=relay}, {@code jdbc:sqlite:policies.db} or {@code redis://host:6379}
     * @throws IllegalArgumentException if it is of another kind
     */
    static PolicyRows at(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return JdbcPolicyRows.of(postgres(url));
        }
        if (url.startsWith("jdbc:sqlite:")) {
            return JdbcPolicyRows.of(sqlite(url));
        }
        if (url.startsWith("redis:")) {
            return RedisPolicyRows.of(redis(URI.create(url)));
        }
        throw new IllegalArgumentException("neither jdbc:postgresql:, jdbc:sqlite: nor redis: " + url);
    }

    private static PGSimpleDataSource postgres(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setConnectTimeout(SECONDS);
        source.setLoginTimeout(SECONDS);
        return source;
    }

    private static SQLiteDataSource sqlite(String url) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(SECONDS * 1000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(url);
        return source;
    }

    private static RedisClient redis(URI url) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setTestOnBorrow(true); // Or the first questions after an outage go to connections that are dead.
        return RedisClient.builder()
                .hostAndPort(new HostAndPort(url.getHost(), url.getPort()))
                .poolConfig(pool)
                .build();
    }
}
