// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.RemoteText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies in an engine that many machines share, so that what one of them has learnt protects all. Engines are
 * {@code JdbcPolicyRows} of mtasts4j-policy-store-jdbc, {@code RedisPolicyRows} of mtasts4j-policy-store-redis, or your own
 * {@link PolicyRows}.
 *
 * <p>The engine is not trusted. A row is data: it has to be, octet by octet, what a sender of this cluster has written for this
 * very domain and namespace, and its policy is read by the same parser as one from the network. With a key
 * ({@link Builder#signedBy}) it has to be signed, too. What is not counts as absent, is told of as {@link
 * HealthEvent.Kind#STORE_ROW_REFUSED}, and stays until the next policy takes its place. What a later release has written is left alone.
 *
 * <p>Methods wait for the engine, and throw what it throws. An engine that lets callers wait in vain is not asked again for a
 * while, ten seconds at most; until then they throw {@link IllegalStateException} at once.
 */
public final class SharedPolicyStore implements PolicyStore {

    private static final Logger log = LoggerFactory.getLogger(SharedPolicyStore.class);

    /** Each turn that is lost was won by another writer of the same domain. */
    private static final int MOST_TURNS = 1000;

    private static final int PAGE = 500;

    /** For how long a row is kept beyond its policy's life; by then no clock is in doubt any more. */
    private static final Duration AFTERLIFE = Duration.ofDays(30);

    private final PolicyRows rows;
    private final TimeSource time;
    private final RowSeal seal;
    private final StorePatience reading;
    private final StorePatience writing;
    private final String owner = UUID.randomUUID().toString();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final List<RowWatch> watches = new CopyOnWriteArrayList<>();
    private volatile boolean used;

    /** Rows that were told of, by their generations: once each. */
    private final Cache<String, Long> refused =
            Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();

    private SharedPolicyStore(Builder builder) {
        this.rows = builder.rows;
        this.time = builder.time;
        this.seal = new RowSeal(builder.rows.namespace(), builder.signer, builder.keys, builder.takesUnsigned);
        this.reading = new StorePatience(builder.time.nanoTime());
        this.writing = new StorePatience(builder.time.nanoTime());
    }

    /**
     * A store without signatures, by the system's clock. The engine need not answer yet.
     *
     * @param rows the engine
     * @return the store; there is nothing to close
     * @throws IllegalArgumentException if the namespace is not such as {@link PolicyRows#namespace} has it
     */
    public static SharedPolicyStore over(PolicyRows rows) {
        return builder(rows).build();
    }

    /**
     * Begins to build a store.
     *
     * @param rows the engine
     * @return a builder
     */
    public static Builder builder(PolicyRows rows) {
        return new Builder(rows);
    }

    // ---- the store ----

    @Override
    public Optional<CachedPolicy> find(DomainName domain) {
        used = true;
        return reading.ask(() -> rows.get(domain.toString())).flatMap(row -> policy(domain, row));
    }

    /**
     * {@inheritDoc} A policy from the future yields to any that has a sane time; what an operator has had forgotten does not
     * come back by a fetch that was begun before.
     *
     * @return whether it was kept; false if the one there was fetched at the same time or later, or was written by a later
     *     release of this library or with a key that is not known here
     * @throws IllegalArgumentException if the id or the lines of the policy are not such as the parsers make
     */
    @Override
    public boolean save(CachedPolicy policy) {
        byte[] octets = seal.seal(policy);
        if (!seal.open(policy.domain(), octets).equals(new RowSeal.Intact(policy))) {
            throw new IllegalArgumentException("not a policy that could be read again: " + policy.domain());
        }
        Duration left = policy.lifeLeft(time.wall().instant());
        return replace(policy.domain(), octets, left, there -> yields(there, policy));
    }

    private boolean yields(RowSeal.Content there, CachedPolicy policy) {
        Instant now = time.wall().instant();
        if (there instanceof RowSeal.Intact intact) {
            return Succession.yields(intact.policy(), policy, now);
        }
        if (there instanceof RowSeal.Forgotten forgotten) {
            return !policy.fetchedAt().isBefore(forgotten.at()) || Succession.isFromTheFuture(forgotten.at(), now);
        }
        return there instanceof RowSeal.Broken;
    }

    /**
     * {@inheritDoc} All senders that watch the store forget it, too, if the rows are signed; if they are not, whoever can write to
     * the engine could make them. What a later release has written stays.
     */
    @Override
    public void remove(DomainName domain) {
        byte[] octets = seal.sealForgotten(domain, time.wall().instant());
        boolean unused = replace(domain, octets, Duration.ZERO, there -> !(there instanceof RowSeal.Ahead));
    }

    /** Decides whether what is there is to be replaced. */
    private interface Judge {
        boolean yields(RowSeal.Content there);
    }

    private boolean replace(DomainName domain, byte[] octets, Duration life, Judge judge) {
        used = true;
        String key = domain.toString();
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            Optional<PolicyRows.Row> there = writing.ask(() -> rows.get(key));
            if (there.isPresent() && !judge.yields(opened(domain, there.get()))) {
                return false;
            }
            long expected = there.map(PolicyRows.Row::generation).orElse(0L);
            if (writing.ask(() ->
                    rows.put(key, expected, octets, longer(life, Duration.ZERO).plus(AFTERLIFE)))) {
                return true;
            }
        }
        throw new IllegalStateException("others write the policy of " + domain + " again and again");
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** {@inheritDoc} Page by page, so that it does not hold up anybody else. */
    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        watches.forEach(RowWatch::awaitFirstLook);
        used = true;
        long last = 0;
        for (PolicyRows.Page page = rows.after(last, PAGE); !page.rows().isEmpty(); page = rows.after(last, PAGE)) {
            for (PolicyRows.Row row : page.rows()) {
                last = row.generation();
                domain(row).flatMap(domain -> policy(domain, row)).ifPresent(each);
            }
        }
    }

    @Override
    public boolean mayRefresh(DomainName domain, Duration term) {
        return writing.ask(() -> rows.lease(domain.toString(), owner, term));
    }

    // ---- one row ----

    private Optional<CachedPolicy> policy(DomainName domain, PolicyRows.Row row) {
        return opened(domain, row) instanceof RowSeal.Intact intact ? Optional.of(intact.policy()) : Optional.empty();
    }

    private RowSeal.Content opened(DomainName domain, PolicyRows.Row row) {
        RowSeal.Content content = seal.open(domain, row.octets());
        if (content instanceof RowSeal.Broken broken) {
            refuse(domain, row, "the stored row " + broken.why() + "; there is no stored policy now");
        } else if (content instanceof RowSeal.Ahead ahead) {
            refuse(domain, row, "the stored row " + ahead.why() + "; left alone and not used");
        }
        return content;
    }

    private static Optional<DomainName> domain(PolicyRows.Row row) {
        return DomainName.parseHost(row.key()) instanceof Parsed.Ok<DomainName> ok
                        && ok.value().toString().equals(row.key())
                ? Optional.of(ok.value())
                : Optional.empty(); // Nobody can ask for it.
    }

    private void refuse(DomainName domain, PolicyRows.Row row, String detail) {
        Long told = refused.asMap().put(row.key(), row.generation());
        if (told != null && told == row.generation()) {
            return;
        }
        if (observers.isEmpty()) {
            log.warn("The policy of {} in the shared store: {}", domain, RemoteText.safe(detail, 256));
        }
        observers.forEach(observer -> observer.refused(domain, detail));
    }

    // ---- what others do ----

    /**
     * {@inheritDoc} In a daemon thread {@code mtasts4j-store-watch}, which is told by the engine or asks every two seconds.
     */
    @Override
    public Watch watch(Observer observer) {
        observers.add(observer);
        RowWatch watch = new RowWatch(rows, new News(observer), () -> used);
        watches.add(watch);
        watch.start();
        return () -> {
            observers.remove(observer);
            watches.remove(watch);
            watch.close();
        };
    }

    /** Rows as the observer is to see them. */
    private final class News implements RowWatch.Reader {

        private final Observer observer;
        private boolean blind; // Of the one thread.

        News(Observer observer) {
            this.observer = observer;
        }

        @Override
        public void read(PolicyRows.Row row) {
            domain(row).ifPresent(domain -> {
                RowSeal.Content content = opened(domain, row);
                if (content instanceof RowSeal.Intact intact) {
                    observer.saved(intact.policy());
                } else if (content instanceof RowSeal.Forgotten && seal.proves()) {
                    observer.removed(domain);
                }
            });
        }

        @Override
        public void lost() {
            observer.lost();
        }

        @Override
        public void late() {
            observer.late();
        }

        @Override
        public void works(Optional<RuntimeException> trouble) {
            if (blind && trouble.isEmpty()) { // It is back, and what waits is about to be saved.
                reading.forgive();
                writing.forgive();
            }
            blind = trouble.isPresent();
            observer.works(trouble);
        }
    }

    /** Builds a {@link SharedPolicyStore}. Not safe for many threads. */
    public static final class Builder {

        private static final int LEAST_KEY_OCTETS = 32;
        private static final int LONGEST_NAME = 64;

        private final PolicyRows rows;
        private final Map<String, byte[]> keys = new HashMap<>();
        private Optional<String> signer = Optional.empty();
        private boolean takesUnsigned;
        private TimeSource time = TimeSource.system();

        private Builder(PolicyRows rows) {
            requireName(rows.namespace());
            this.rows = rows;
        }

        /**
         * Signs rows with a key, and takes no others. Whoever can write to the engine but has no key can then take policies
         * away, which {@link HealthEvent.Kind#STORE_LOST_ROWS} and the memory of the senders answer, but forge none.
         *
         * @param name of the key, of 1 to 64 characters out of a-z, 0-9, dot, hyphen and underscore; stands in the row
         * @param key at least 32 random octets
         * @return this
         * @throws IllegalArgumentException if the name or the key is not such
         */
        public Builder signedBy(String name, byte[] key) {
            alsoReading(name, key);
            this.signer = Optional.of(name);
            return this;
        }

        /**
         * Takes rows that are signed with another key, too. To change keys, let all senders read the new one, then sign with it,
         * and drop the old one when there are no rows of it any more.
         *
         * @param name of the key
         * @param key at least 32 random octets
         * @return this
         * @throws IllegalArgumentException if the name or the key is not such
         */
        public Builder alsoReading(String name, byte[] key) {
            requireName(name);
            if (key.length < LEAST_KEY_OCTETS) {
                throw new IllegalArgumentException("a key of " + key.length + " octets; 32 is the least");
            }
            keys.put(name, key.clone());
            return this;
        }

        /**
         * Takes rows without a signature, too: while a cluster begins to sign. Then no row proves anything.
         *
         * @return this
         */
        public Builder alsoReadingUnsigned() {
            this.takesUnsigned = true;
            return this;
        }

        /**
         * The time, by which a policy from the future is recognised; the system's unless set.
         *
         * @param value a wall clock and a count of nanoseconds
         * @return this
         */
        public Builder time(TimeSource value) {
            this.time = value;
            return this;
        }

        /**
         * Builds it. Asks the engine nothing yet.
         *
         * @return the store; there is nothing to close
         */
        public SharedPolicyStore build() {
            return new SharedPolicyStore(this);
        }

        private static void requireName(String name) {
            boolean good = !name.isEmpty()
                    && name.length() <= LONGEST_NAME
                    && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || isMark(c));
            if (!good) {
                throw new IllegalArgumentException("a name has 1 to 64 characters out of a-z, 0-9, '.', '-' and '_'");
            }
        }

        private static boolean isMark(int c) {
            return c == '.' || c == '-' || c == '_';
        }
    }
}
