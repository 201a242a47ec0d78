// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.redis;

import io.github.mtasts4j.discovery.PolicyRows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Rows of policies in Redis (7.0 or newer, or Valkey), which many machines can share. Give it to a {@link
 * io.github.mtasts4j.discovery.SharedPolicyStore}.
 *
 * <p>Redis has to keep what it is given: with {@code maxmemory-policy noeviction}, since an evicted policy is one that does not
 * protect, and with an append-only file. Where it is set otherwise there is a warning in the log, once.
 *
 * <p>All keys of a namespace begin with <code>mtasts4j:{namespace}:</code> and so are in one slot of a cluster. Methods wait as long as
 * the Jedis client lets them, two seconds for each answer unless it is told otherwise, and throw its {@link JedisException}.
 */
public final class RedisPolicyRows implements PolicyRows {

    private static final Logger log = LoggerFactory.getLogger(RedisPolicyRows.class);

    private final UnifiedJedis redis;
    private final String namespace;
    private final String prefix;
    private final AtomicBoolean checked = new AtomicBoolean();

    private RedisPolicyRows(UnifiedJedis redis, String namespace) {
        this.redis = redis;
        this.namespace = namespace;
        this.prefix = "mtasts4j:{" + namespace + "}:";
    }

    /**
     * The rows of senders that are all alike.
     *
     * @param redis the client, such as {@link redis.clients.jedis.RedisClient}; closed by whoever made it
     * @return the rows; Redis need not answer yet
     */
    public static RedisPolicyRows of(UnifiedJedis redis) {
        return of(redis, "default");
    }

    /**
     * The rows of one of several kinds of senders, which differ in what they trust, whom they ask or what their operators
     * override.
     *
     * @param redis the client; closed by whoever made it
     * @param namespace the name of that kind
     * @return the rows; Redis need not answer yet
     */
    public static RedisPolicyRows of(UnifiedJedis redis, String namespace) {
        return new RedisPolicyRows(redis, namespace);
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Optional<Row> get(String key) {
        List<?> found = list(Script.GET, List.of(row(key)), octets(MOST_OCTETS));
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Row(key, number(found.get(0)), (byte[]) found.get(1)));
    }

    /** {@inheritDoc} After that life Redis forgets it. */
    @Override
    public boolean put(String key, long expected, byte[] octets, Duration life) {
        return isDone(run(
                Script.PUT,
                List.of(row(key), octets(prefix + "counter"), octets(prefix + "generations")),
                octets(expected),
                octets,
                octets(life.toMillis()),
                octets(UUID.randomUUID().toString()),
                octets(key),
                octets(channel())));
    }

    @Override
    public Page after(long generation, int most) {
        List<Row> rows = new ArrayList<>();
        Chunk chunk = chunk(generation, most);
        rows.addAll(chunk.rows);
        while (chunk.isFull && rows.size() < most) { // Some had run out.
            chunk = chunk(chunk.last, most - rows.size());
            rows.addAll(chunk.rows);
        }
        return new Page(chunk.epoch, chunk.counter, rows);
    }

    /** What one look has found: rows that are there, and how far it has come. */
    private record Chunk(String epoch, long counter, List<Row> rows, long last, boolean isFull) {}

    private Chunk chunk(long generation, int most) {
        List<?> found = list(
                Script.AFTER,
                List.of(octets(prefix + "counter"), octets(prefix + "generations")),
                octets(generation),
                octets(most),
                octets(MOST_OCTETS),
                octets(prefix + "row:"));
        List<Row> rows = new ArrayList<>();
        List<byte[]> gone = new ArrayList<>();
        long last = generation;
        for (int i = 2; i < found.size(); i += 4) {
            byte[] key = (byte[]) found.get(i);
            last = number(found.get(i + 1));
            if (found.get(i + 2) instanceof byte[] written) {
                rows.add(new Row(text(key), number(written), (byte[]) found.get(i + 3)));
            } else {
                gone.add(key);
            }
        }
        forget(gone);
        return new Chunk(text(found.get(0)), number(found.get(1)), rows, last, found.size() == 2 + 4 * most);
    }

    /** Rows that have run out leave their place in the order. A replica cannot tidy up. */
    private void forget(List<byte[]> gone) {
        if (gone.isEmpty()) {
            return;
        }
        try {
            List<byte[]> arguments = new ArrayList<>(gone);
            arguments.add(0, octets(prefix + "row:"));
            run(Script.FORGET, List.of(octets(prefix + "generations")), arguments.toArray(new byte[0][]));
        } catch (JedisException e) {
            log.debug("Rows that have run out could not be forgotten", e);
        }
    }

    @Override
    public boolean lease(String key, String owner, Duration term) {
        return isDone(
                run(Script.LEASE, List.of(octets(prefix + "lease:" + key)), octets(owner), octets(term.toMillis())));
    }

    /** {@inheritDoc} It is a subscription, which keeps a connection and a daemon thread. */
    @Override
    public Bell bell() {
        return new SubscriptionBell(redis, channel());
    }

    private String channel() {
        return prefix + "written";
    }

    private byte[] row(String key) {
        return octets(prefix + "row:" + key);
    }

    // ---- Redis ----

    private List<?> list(Script script, List<byte[]> keys, byte[]... arguments) {
        return run(script, keys, arguments) instanceof List<?> list ? list : List.of();
    }

    private Object run(Script script, List<byte[]> keys, byte[]... arguments) {
        Object answer = redis.eval(script.octets(), keys, List.of(arguments));
        if (checked.compareAndSet(false, true)) {
            RedisCheck.warn(redis);
        }
        return answer == null ? List.of() : answer;
    }

    private static boolean isDone(Object answer) {
        return Long.valueOf(1).equals(answer);
    }

    private static byte[] octets(long number) {
        return octets(Long.toString(number));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object octets) {
        return new String((byte[]) octets, StandardCharsets.UTF_8);
    }

    private static long number(Object octets) {
        return Long.parseLong(text(octets));
    }
}
