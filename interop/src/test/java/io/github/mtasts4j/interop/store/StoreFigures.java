// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import io.github.mtasts4j.testkit.MemoryPolicyRows;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.contract.PolicyStoreContract;
import io.github.mtasts4j.tls.TlsOutcome;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;

/**
 * What a shared store costs beside the bare calls of its driver, as ratios: one thread, one connection, a server on loopback. Run
 * by its name; {@code -Dmtasts.rows=1000000} for as many rows, and {@code -Dmtasts.calls=2000} calls.
 */
final class StoreFigures {

    private static final int ROWS = Integer.getInteger("mtasts.rows", 100_000);
    private static final int CALLS = Integer.getInteger("mtasts.calls", 2000);
    private static final int BATCH = 1000;
    private static final int WARM_DOMAINS = 1000;
    private static final int DECISIONS = 1_000_000;
    private static final DomainName MX = DomainName.of("mx.example.com");

    @Test
    void postgres() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            DataSource source = new KeptConnections(server.source()).asDataSource();
            PolicyRows rows = JdbcPolicyRows.of(source);
            calls("PostgreSQL", rows, new BareSql(source));
            warm("PostgreSQL", rows);
            server.execute("DELETE FROM mtasts4j_policy");
            fill(source);
            scan("PostgreSQL", rows, new BareSql(source)::scan);
        }
    }

    @Test
    void redis() throws InterruptedException {
        try (RedisServer server = RedisServer.start();
                RedisClient client = server.client()) {
            PolicyRows rows = RedisPolicyRows.of(client);
            calls("Redis", rows, new BareRedis(client));
            warm("Redis", rows);
            client.flushAll();
            fill(client);
            scan("Redis", rows, new BareRedis(client)::scan);
        }
    }

    // ---- ours and theirs ----

    private interface Bare {
        void get(int number);

        void put(int number);
    }

    private static CachedPolicy policy(int number) {
        return PolicyStoreContract.policy(
                DomainName.of("d" + number + ".example"), "id", MovableClock.START.plusSeconds(number));
    }

    private static void calls(String engine, PolicyRows rows, Bare bare) {
        SharedPolicyStore store = SharedPolicyStore.over(rows);
        IntConsumer put = number -> assertThat(store.save(policy(number))).isTrue();
        IntConsumer get = number ->
                assertThat(store.find(DomainName.of("d" + number + ".example"))).isPresent();
        for (int round = 0; round < 3; round++) { // The last round counts, and begins warm.
            int first = round * CALLS;
            double bares = micros(first, bare::put);
            double ours = micros(first, put);
            double bareGets = micros(first, bare::get);
            double ourGets = micros(first, get);
            say(engine + " put", ours, bares, "us");
            say(engine + " get", ourGets, bareGets, "us");
        }
    }

    private static void scan(String engine, PolicyRows rows, Runnable bare) {
        SharedPolicyStore store = SharedPolicyStore.over(rows);
        for (int round = 0; round < 2; round++) {
            long begun = System.nanoTime();
            bare.run();
            double bares = (System.nanoTime() - begun) / 1e6;
            AtomicInteger count = new AtomicInteger();
            begun = System.nanoTime();
            store.scan(policy -> count.incrementAndGet());
            double ours = (System.nanoTime() - begun) / 1e6;
            assertThat(count).hasValue(ROWS);
            say(engine + " scan of " + ROWS + " rows", ours, bares, "ms");
        }
    }

    /** A decision about a domain in memory, with the store and without one, in turns. */
    private static void warm(String engine, PolicyRows rows) throws InterruptedException {
        MtaSts.Builder alone = MtaSts.builder(StoreFigures::txt, StoreFigures::https);
        MtaSts.Builder shared = MtaSts.builder(StoreFigures::txt, StoreFigures::https);
        try (MtaSts without = alone.build();
                MtaSts with = shared.store(SharedPolicyStore.over(rows)).build()) {
            for (int round = 0; round < 5; round++) {
                double bare = nanos(without);
                say(engine + " warm decision", nanos(with), bare, "ns");
            }
        }
    }

    private static double nanos(MtaSts sts) throws InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < DECISIONS; i++) {
            PolicyResolution policy = sts.resolve(PolicyDomain.ofDomain("d" + i % WARM_DOMAINS + ".example"));
            assertThat(sts.decide(policy, MX, new TlsOutcome.NotOffered()).mayDeliver())
                    .isFalse();
        }
        return (System.nanoTime() - begun) / (double) DECISIONS;
    }

    private static TxtLookup.Answer txt(DomainName name) {
        return new TxtLookup.Records(List.of(utf8("v=STSv1; id=1;")), Duration.ofHours(1));
    }

    private static PolicyFetcher.Result https(PolicyFetcher.Request request) {
        return new PolicyFetcher.Response(
                200,
                List.of("text/plain"),
                List.of(),
                utf8("version: STSv1\nmode: enforce\nmx: " + MX + "\nmax_age: 604800\n"));
    }

    private static double micros(int first, IntConsumer call) {
        long begun = System.nanoTime();
        for (int i = first; i < first + CALLS; i++) {
            call.accept(i);
        }
        return (System.nanoTime() - begun) / 1e3 / CALLS;
    }

    private static void say(String what, double ours, double bare, String unit) {
        System.out.printf(
                "figure: %s: ours %.0f %s, bare %.0f %s, ratio %.2f%n", what, ours, unit, bare, unit, ours / bare);
    }

    /** As the store would have written it. */
    private static byte[] octets(int number) {
        MemoryPolicyRows rows = new MemoryPolicyRows("default", new MovableClock());
        SharedPolicyStore.over(rows).save(policy(number));
        return rows.after(0, 1).rows().get(0).octets();
    }

    private static void fill(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO mtasts4j_policy (namespace, domain, generation, octets) VALUES ('default', ?, ?, ?)")) {
            for (int i = 0; i < ROWS; i++) {
                insert.setString(1, "d" + i + ".example");
                insert.setLong(2, 1L + i);
                insert.setBytes(3, octets(i));
                insert.addBatch();
                if (i % BATCH == BATCH - 1 || i == ROWS - 1) {
                    insert.executeBatch();
                }
            }
        }
    }

    private static void fill(RedisClient client) {
        for (int begin = 0; begin < ROWS; begin += BATCH) {
            try (Pipeline pipeline = client.pipelined()) {
                for (int i = begin; i < Math.min(begin + BATCH, ROWS); i++) {
                    byte[] key = utf8("mtasts4j:{default}:row:d" + i + ".example");
                    pipeline.hset(key, Map.of(utf8("g"), utf8("" + (i + 1)), utf8("o"), octets(i)));
                    pipeline.zadd("mtasts4j:{default}:generations", i + 1, "d" + i + ".example");
                }
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A table of octets and a statement for each call. */
    private record BareSql(DataSource source) implements Bare {

        BareSql {
            run(source, "CREATE TABLE IF NOT EXISTS bare (domain text PRIMARY KEY, octets bytea)", statement -> {
                statement.execute();
            });
        }

        private interface Work {
            void with(PreparedStatement statement) throws SQLException;
        }

        private static void run(DataSource source, String sql, Work work) {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                work.with(statement);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void get(int number) {
            run(source, "SELECT octets FROM bare WHERE domain = ?", select -> {
                select.setString(1, "d" + number + ".example");
                try (ResultSet result = select.executeQuery()) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getBytes(1)).isNotEmpty();
                }
            });
        }

        @Override
        public void put(int number) {
            run(
                    source,
                    "INSERT INTO bare VALUES (?, ?) ON CONFLICT (domain) DO UPDATE SET octets = excluded.octets",
                    insert -> {
                        insert.setString(1, "d" + number + ".example");
                        insert.setBytes(2, octets(number));
                        insert.executeUpdate();
                    });
        }

        void scan() {
            run(source, "SELECT domain, octets FROM mtasts4j_policy", select -> {
                select.getConnection().setAutoCommit(false); // Or the driver reads all at once.
                select.setFetchSize(500);
                int count = 0;
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        count += result.getBytes(2).length > 0 ? 1 : 0;
                    }
                }
                select.getConnection().commit();
                select.getConnection().setAutoCommit(true);
                assertThat(count).isEqualTo(ROWS);
            });
        }
    }

    /** SET, GET and pipelined HGET. */
    private record BareRedis(RedisClient client) implements Bare {

        @Override
        public void get(int number) {
            assertThat(client.get(utf8("bare:d" + number + ".example"))).isNotEmpty();
        }

        @Override
        public void put(int number) {
            client.set(utf8("bare:d" + number + ".example"), octets(number));
        }

        void scan() {
            int count = 0;
            for (int begin = 0; begin < ROWS; begin += BATCH) {
                List<redis.clients.jedis.Response<byte[]>> answers = new ArrayList<>();
                try (Pipeline pipeline = client.pipelined()) {
                    for (String domain : client.zrange("mtasts4j:{default}:generations", begin, begin + BATCH - 1L)) {
                        answers.add(pipeline.hget(utf8("mtasts4j:{default}:row:" + domain), utf8("o")));
                    }
                }
                for (redis.clients.jedis.Response<byte[]> answer : answers) {
                    count += answer.get().length > 0 ? 1 : 0;
                }
            }
            assertThat(count).isEqualTo(ROWS);
        }
    }
}
