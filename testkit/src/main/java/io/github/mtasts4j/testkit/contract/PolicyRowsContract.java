// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.ForwardingPolicyRows;
import io.github.mtasts4j.testkit.MovableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * What every engine for {@link PolicyRows} has to do, and what a {@link SharedPolicyStore} makes of it when somebody else writes
 * to it. Extend it and hand in an engine that is empty for each test.
 */
public abstract class PolicyRowsContract extends PolicyStoreContract {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final DomainName SHOP = DomainName.of("shop.example");
    private static final Instant START = MovableClock.START;
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HERE = "default";
    private static final byte[] KEY = new byte[32];
    private static final byte[] OTHER_KEY = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    };

    /** For subclasses. */
    protected PolicyRowsContract() {}

    /**
     * The engine of one test; asked for once or more in a test, it has the same rows.
     *
     * @param namespace whose rows
     * @return an engine, as another machine might have it
     */
    protected abstract PolicyRows rows(String namespace);

    /** Empties the engine, as an operator can do by mistake. */
    protected abstract void flush();

    @Override
    protected final PolicyStore store() {
        return SharedPolicyStore.over(rows(HERE));
    }

    // ---- the engine ----

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Optional<String> text(Optional<PolicyRows.Row> row) {
        return row.map(one -> new String(one.octets(), StandardCharsets.ISO_8859_1));
    }

    private static long generation(PolicyRows rows, String key) {
        return rows.get(key).orElseThrow().generation();
    }

    @Test
    void aRowIsWrittenOverTheGenerationThatWasReadAndNoOther() {
        PolicyRows rows = rows(HERE);

        assertThat(rows.put("a.example", 7, octets("none"), WEEK)).isFalse();
        assertThat(rows.put("a.example", 0, octets("first"), WEEK)).isTrue();
        assertThat(rows.put("a.example", 0, octets("again"), WEEK)).isFalse();
        long first = generation(rows, "a.example");
        assertThat(rows.put("a.example", first, octets("second"), WEEK)).isTrue();
        assertThat(rows.put("a.example", first, octets("late"), WEEK)).isFalse();

        assertThat(text(rows.get("a.example"))).contains("second");
        assertThat(generation(rows, "a.example")).isGreaterThan(first);
    }

    @Test
    void allOctetsComeBackAsTheyWere() {
        byte[] all = new byte[PolicyRows.MOST_OCTETS];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        rows(HERE).put("a.example", 0, all, WEEK);

        assertThat(rows(HERE).get("a.example").orElseThrow().octets()).isEqualTo(all);
    }

    @Test
    void aRowThatIsTooLongComesWithoutItsOctets() {
        PolicyRows rows = rows(HERE);
        rows.put("a.example", 0, new byte[10_000_000], WEEK);
        rows.put("b.example", 0, octets("b"), WEEK);

        assertThat(rows.get("a.example").orElseThrow().octets()).isEmpty();
        assertThat(rows.after(0, 10).rows())
                .extracting(row -> row.octets().length)
                .containsExactly(0, 1);
    }

    @Test
    void keysAreTheSameOnlyOctetByOctet() {
        List<String> keys =
                List.of("ss.example", "SS.example", "ss.example ", "ss..example", "s-s.example", "s_s.example");
        keys.forEach(key ->
                assertThat(rows(HERE).put(key, 0, octets(key), WEEK)).as(key).isTrue());

        assertThat(keys).allSatisfy(key -> assertThat(text(rows(HERE).get(key))).contains(key));
    }

    @Test
    void aKeyIsNeverMoreThanAKey() {
        String key = "'; DROP TABLE mtasts4j_policy; --\r\nFLUSHALL\r\n{default}:*?";
        rows(HERE).put("a.example", 0, octets("a"), WEEK);

        assertThat(rows(HERE).put(key, 0, octets("hostile"), WEEK)).isTrue();
        assertThat(text(rows(HERE).get(key))).contains("hostile");
        assertThat(text(rows(HERE).get("a.example"))).contains("a");
        assertThat(rows(HERE).get("a.exampl?")).isEmpty();
    }

    @Test
    void namespacesShareNothing() {
        rows(HERE).put("a.example", 0, octets("here"), WEEK);
        PolicyRows there = rows("tenant-2");

        assertThat(there.get("a.example")).isEmpty();
        assertThat(there.after(0, 10).rows()).isEmpty();
        assertThat(there.put("a.example", 0, octets("there"), WEEK)).isTrue();
        assertThat(text(rows(HERE).get("a.example"))).contains("here");
        assertThat(rows(HERE).lease("a.example", "one", WEEK)).isTrue();
        assertThat(there.lease("a.example", "two", WEEK)).isTrue();
    }

    @Test
    void rowsAreReadInTheOrderInWhichTheyWereWritten() {
        PolicyRows rows = rows(HERE);
        assertThat(rows.after(0, 10).rows()).isEmpty();
        for (String key : List.of("c.example", "a.example", "b.example")) {
            rows.put(key, 0, octets(key), WEEK);
        }
        rows.put("c.example", generation(rows, "c.example"), octets("once more"), WEEK);

        PolicyRows.Page first = rows.after(0, 2);
        PolicyRows.Page second = rows.after(first.rows().get(1).generation(), 2);

        assertThat(first.rows()).extracting(PolicyRows.Row::key).containsExactly("a.example", "b.example");
        assertThat(second.rows()).extracting(PolicyRows.Row::key).containsExactly("c.example");
        assertThat(second.last()).isEqualTo(second.rows().get(0).generation());
        assertThat(second.epoch()).isNotEmpty().isEqualTo(first.epoch());
        assertThat(rows.after(second.last(), 2).rows()).isEmpty();
    }

    @Test
    void ofManyWhoHaveReadTheSameOneWrites() throws InterruptedException {
        AtomicInteger winners = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] content = octets("writer " + i);
            Thread writer = new Thread(() -> {
                try {
                    go.await();
                    if (rows(HERE).put("a.example", 0, content, WEEK)) {
                        winners.incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            writer.start();
            writers.add(writer);
        }
        go.countDown();
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(winners).hasValue(1);
    }

    @Test
    void anEmptiedEngineCountsInAnotherEpoch() {
        rows(HERE).put("a.example", 0, octets("a"), WEEK);
        PolicyRows.Page before = rows(HERE).after(0, 1);
        flush();

        assertThat(rows(HERE).after(0, 1).rows()).isEmpty();
        rows(HERE).put("a.example", 0, octets("a"), WEEK);
        assertThat(rows(HERE).after(0, 1).epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    void aLeaseIsOneOwnersUntilItRunsOut() {
        PolicyRows rows = rows(HERE);

        assertThat(rows.lease("a.example", "one", WEEK)).isTrue();
        assertThat(rows.lease("a.example", "two", WEEK)).isFalse();
        assertThat(rows.lease("a.example", "one", Duration.ofMillis(1))).isTrue();
        assertThat(rows.lease("b.example", "two", WEEK)).isTrue();
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean granted = false;
        while (!granted && System.nanoTime() < end) {
            granted = rows.lease("a.example", "two", WEEK);
        }
        assertThat(granted).isTrue();
        assertThat(rows.lease("a.example", "one", WEEK)).isFalse();
    }

    // ---- rows that nobody honest has written ----

    private SharedPolicyStore signing(String name, byte[] key) {
        return SharedPolicyStore.builder(rows(HERE)).signedBy(name, key).build();
    }

    private void overwrite(DomainName domain, byte[] octets) {
        PolicyRows rows = rows(HERE);
        long there = rows.get(domain.toString()).map(PolicyRows.Row::generation).orElse(0L);
        assertThat(rows.put(domain.toString(), there, octets, WEEK)).isTrue();
    }

    private byte[] row(String namespace, DomainName domain) {
        return rows(namespace).get(domain.toString()).orElseThrow().octets();
    }

    private static void assertAbsentUntilTheNextSave(PolicyStore store) {
        assertThat(store.find(BANK)).isEmpty();
        List<CachedPolicy> seen = new ArrayList<>();
        store.scan(seen::add);
        assertThat(seen).noneMatch(policy -> policy.domain().equals(BANK));

        CachedPolicy older = policy(BANK, "older", START.minusSeconds(1));
        assertThat(store.save(older)).isTrue();
        assertThat(store.find(BANK)).contains(older);
    }

    @Test
    void aRowThatWasCopiedFromAnotherDomainCountsAsAbsent() {
        store().save(policy(SHOP, "1", START));
        overwrite(BANK, row(HERE, SHOP));

        assertAbsentUntilTheNextSave(store());
    }

    @Test
    void aRowThatWasCopiedFromAnotherTenantCountsAsAbsent() {
        SharedPolicyStore.over(rows("tenant-2")).save(policy(BANK, "1", START));
        overwrite(BANK, row("tenant-2", BANK));

        assertAbsentUntilTheNextSave(store());
    }

    @Test
    void aRowThatIsNotWhatWasWrittenCountsAsAbsent() {
        store().save(policy(BANK, "1", START));
        byte[] honest = row(HERE, BANK);
        List<UnaryOperator<byte[]>> damages = List.of(
                octets -> new byte[0],
                octets -> Arrays.copyOf(octets, octets.length / 2),
                octets -> Arrays.copyOf(octets, octets.length - 1),
                octets -> Arrays.copyOf(octets, octets.length + 1),
                octets -> new byte[10_000_000],
                PolicyRowsContract::zipped,
                octets -> serialized(),
                octets ->
                        octets("mtasts4j-row 1\nnamespace: default\ndomain: bank.example\nmac: none\n\nversion: STSv1"),
                octets -> octets("mtasts4j-row 0\n"));
        for (UnaryOperator<byte[]> damage : damages) {
            overwrite(BANK, damage.apply(honest));
            assertAbsentUntilTheNextSave(store());
        }
    }

    @Test
    void aRowWithOneBitFlippedIsNeverAnotherPolicy() {
        CachedPolicy policy = policy(BANK, "1", START);
        store().save(policy);
        byte[] honest = row(HERE, BANK);
        for (int i = 0; i < honest.length; i += 7) {
            byte[] flipped = honest.clone();
            flipped[i] ^= (byte) (1 << (i % 8));
            overwrite(BANK, flipped);
            assertThat(store().find(BANK)).as("octet %s", i).isEmpty();
        }
    }

    private static byte[] zipped(byte[] octets) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(octets);
            out.write(new byte[1_000_000]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    private static byte[] serialized() {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(START);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return serialized.toByteArray();
    }

    @Test
    void whatALaterReleaseHasWrittenIsLeftAlone() {
        byte[] newer = octets("mtasts4j-row 2\nnew: form\n");
        overwrite(BANK, newer);

        assertThat(store().find(BANK)).isEmpty();
        assertThat(store().save(policy(BANK, "1", START))).isFalse();
        store().remove(BANK);
        assertThat(row(HERE, BANK)).isEqualTo(newer);
    }

    @Test
    void withAKeyNobodyElseCanWriteARow() {
        SharedPolicyStore signing = signing("k1", KEY);
        CachedPolicy honest = policy(BANK, "1", START);
        signing.save(honest);
        assertThat(signing.find(BANK)).contains(honest);
        byte[] signed = row(HERE, BANK);

        overwrite(BANK, octets(new String(signed, StandardCharsets.ISO_8859_1).replaceFirst("mac: .*", "mac: none")));
        assertAbsentUntilTheNextSave(signing);
        signing.save(policy(SHOP, "1", START));
        String mac =
                new String(row(HERE, SHOP), StandardCharsets.ISO_8859_1).replaceFirst("(?s).*(mac: k1 \\w+).*", "$1");
        overwrite(BANK, octets(new String(signed, StandardCharsets.ISO_8859_1).replaceFirst("mac: .*", mac)));
        assertAbsentUntilTheNextSave(signing);
        signing("k1", OTHER_KEY).save(policy(BANK, "2", START.plusSeconds(9)));
        assertAbsentUntilTheNextSave(signing);
    }

    @Test
    void keysAreChangedWithoutLosingARow() {
        CachedPolicy policy = policy(BANK, "1", START);
        signing("k1", KEY).save(policy);
        SharedPolicyStore ready = SharedPolicyStore.builder(rows(HERE))
                .signedBy("k1", KEY)
                .alsoReading("k2", OTHER_KEY)
                .build();
        SharedPolicyStore changed = SharedPolicyStore.builder(rows(HERE))
                .signedBy("k2", OTHER_KEY)
                .alsoReading("k1", KEY)
                .build();
        CachedPolicy next = policy(BANK, "2", START.plusSeconds(1));

        assertThat(changed.find(BANK)).contains(policy);
        assertThat(changed.save(next)).isTrue();
        assertThat(ready.find(BANK)).contains(next);
    }

    @Test
    void aRowUnderAKeyThatIsNotKnownHereIsLeftAlone() {
        CachedPolicy policy = policy(BANK, "2", START);
        signing("k2", OTHER_KEY).save(policy);
        SharedPolicyStore behind = signing("k1", KEY);

        assertThat(behind.find(BANK)).isEmpty();
        assertThat(behind.save(policy(BANK, "3", START.plusSeconds(1)))).isFalse();
        assertThat(signing("k2", OTHER_KEY).find(BANK)).contains(policy);
    }

    @Test
    void aClusterBeginsToSignWithoutLosingARow() {
        CachedPolicy policy = policy(BANK, "1", START);
        store().save(policy);
        SharedPolicyStore beginning = SharedPolicyStore.builder(rows(HERE))
                .signedBy("k1", KEY)
                .alsoReadingUnsigned()
                .build();

        assertThat(beginning.find(BANK)).contains(policy);
        assertThat(signing("k1", KEY).find(BANK)).isEmpty();
    }

    @Test
    void aClockInTheFuturePinsNothing() {
        MovableClock clock = new MovableClock(START);
        SharedPolicyStore sane =
                SharedPolicyStore.builder(rows(HERE)).time(clock.time()).build();
        CachedPolicy future = policy(BANK, "future", START.plus(Duration.ofDays(3650)));
        CachedPolicy honest = policy(BANK, "honest", START);

        assertThat(sane.save(future)).isTrue();
        assertThat(sane.save(honest)).isTrue();
        assertThat(sane.find(BANK)).contains(honest);
        assertThat(sane.save(future)).isTrue(); // By its word it is later; it pins nothing.
        assertThat(sane.save(policy(BANK, "next", START.plusSeconds(1)))).isTrue();
    }

    @Test
    void inWhateverOrderTwoNodesWriteTheLaterFetchStays() {
        for (int order = 0; order < 24; order++) {
            DomainName domain = DomainName.of("order" + order + ".example");
            List<Integer> left = new ArrayList<>(List.of(0, 1, 2, 3));
            for (int rest = order, n = 4; n > 0; rest /= n, n--) {
                int number = left.remove(rest % n);
                SharedPolicyStore node = SharedPolicyStore.over(rows(HERE)); // Each time another.
                boolean unused = node.save(policy(domain, "id" + number, START.plusSeconds(number)));
            }
            assertThat(store().find(domain)).map(CachedPolicy::id).contains("id3");
        }
    }

    @Test
    void whatWasForgottenDoesNotComeBackByAFetchFromBefore() {
        MovableClock clock = new MovableClock(START.plusSeconds(10));
        SharedPolicyStore store =
                SharedPolicyStore.builder(rows(HERE)).time(clock.time()).build();
        store.save(policy(BANK, "1", START));
        store.remove(BANK);

        assertThat(store.save(policy(BANK, "2", START.plusSeconds(9)))).isFalse();
        assertThat(store.find(BANK)).isEmpty();
        assertThat(store.save(policy(BANK, "3", START.plusSeconds(10)))).isTrue();
    }

    // ---- what others do ----

    /** Notes what it is told. */
    private static final class Notes implements PolicyStore.Observer {

        private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
        private final CountDownLatch watching = new CountDownLatch(1);

        @Override
        public void saved(CachedPolicy policy) {
            notes.add("saved " + policy.domain() + " " + policy.id());
        }

        @Override
        public void removed(DomainName domain) {
            notes.add("removed " + domain);
        }

        @Override
        public void refused(DomainName domain, String detail) {
            notes.add("refused " + domain);
        }

        @Override
        public void lost() {
            notes.add("lost");
        }

        @Override
        public void late() {
            notes.add("late");
        }

        @Override
        public void works(Optional<RuntimeException> trouble) {
            trouble.ifPresent(e -> notes.add("trouble " + e));
            watching.countDown();
        }

        void awaitWatching() throws InterruptedException {
            assertThat(watching.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        Optional<String> next() throws InterruptedException {
            return Optional.ofNullable(notes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void aWatchThatCouldNotBeginTellsOfAllThatIsThereWhenItCan() throws InterruptedException {
        Notes notes = new Notes();
        AtomicBoolean reachable = new AtomicBoolean();
        try (PolicyStore.Watch watch =
                SharedPolicyStore.over(new Unreliable(rows(HERE), reachable)).watch(notes)) {
            assertThat(notes.next()).hasValueSatisfying(note -> assertThat(note).startsWith("trouble"));
            store().save(policy(BANK, "1", START));
            reachable.set(true);
            Optional<String> next = notes.next();
            while (next.filter(note -> note.startsWith("trouble")).isPresent()) {
                next = notes.next();
            }
            assertThat(next).contains("late"); // It may have been emptied meanwhile.
            assertThat(notes.next()).contains("saved bank.example 1");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aWatchThatBeginsAfterSomethingWasReadTellsOfAllThatIsThere() throws InterruptedException {
        SharedPolicyStore node = SharedPolicyStore.over(rows(HERE));
        assertThat(node.find(BANK)).isEmpty();
        store().save(policy(BANK, "1", START)); // Nobody has told the node.
        Notes notes = new Notes();
        try (PolicyStore.Watch watch = node.watch(notes)) {
            assertThat(notes.next()).contains("late");
            assertThat(notes.next()).contains("saved bank.example 1");
            assertThat(watch).isNotNull();
        }
    }

    /** Rows out of reach for whoever asks what is new. */
    private static final class Unreliable extends ForwardingPolicyRows {

        private final AtomicBoolean reachable;

        Unreliable(PolicyRows rows, AtomicBoolean reachable) {
            super(() -> rows);
            this.reachable = reachable;
        }

        @Override
        public Page after(long generation, int most) {
            if (!reachable.get()) {
                throw new IllegalStateException("out of reach");
            }
            return super.after(generation, most);
        }
    }

    @Test
    void whatAnotherSavesIsToldWithinSeconds() throws InterruptedException {
        store().save(policy(SHOP, "before", START));
        Notes notes = new Notes();
        try (PolicyStore.Watch watch = store().watch(notes)) {
            notes.awaitWatching();
            store().save(policy(BANK, "1", START));
            assertThat(notes.next()).contains("saved bank.example 1");
            store().save(policy(BANK, "2", START.plusSeconds(1)));
            assertThat(notes.next()).contains("saved bank.example 2");
            overwrite(BANK, octets("nonsense"));
            assertThat(notes.next()).contains("refused bank.example");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void anOperatorsCommandIsToldToAllIfItIsSigned() throws InterruptedException {
        SharedPolicyStore node = signing("k1", KEY);
        Notes notes = new Notes();
        try (PolicyStore.Watch watch = node.watch(notes)) {
            notes.awaitWatching();
            signing("k1", KEY).remove(BANK);
            assertThat(notes.next()).contains("removed bank.example");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aCommandThatAnybodyCanHaveWrittenMakesNobodyForget() throws InterruptedException {
        Notes notes = new Notes();
        try (PolicyStore.Watch watch = store().watch(notes)) {
            notes.awaitWatching();
            store().remove(BANK);
            store().save(policy(SHOP, "1", START));
            assertThat(notes.next()).contains("saved shop.example 1");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void anEmptiedEngineIsToldOf() throws InterruptedException {
        store().save(policy(BANK, "1", START));
        Notes notes = new Notes();
        try (PolicyStore.Watch watch = store().watch(notes)) {
            notes.awaitWatching();
            flush();
            assertThat(notes.next()).contains("lost");
            store().save(policy(SHOP, "1", START));
            assertThat(notes.next()).contains("saved shop.example 1");
            assertThat(watch).isNotNull();
        }
    }
}
