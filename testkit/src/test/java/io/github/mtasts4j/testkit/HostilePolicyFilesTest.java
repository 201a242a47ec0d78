// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import static io.github.mtasts4j.testkit.contract.PolicyStoreContract.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.FilePolicyStore.Event;
import io.github.mtasts4j.discovery.FilePolicyStore.Kind;
import io.github.mtasts4j.policy.DomainName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody else, or a dying disk, has written into the directory of a {@link FilePolicyStore}. */
final class HostilePolicyFilesTest {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final DomainName SHOP = DomainName.of("shop.example");
    private static final Instant START = MovableClock.START;
    private static final CachedPolicy POLICY = policy(BANK, "1", START);

    private final MovableClock clock = new MovableClock();
    private final List<Event> events = new ArrayList<>();

    private final Path directory;
    private final FilePolicyStore store;

    HostilePolicyFilesTest(@TempDir Path directory) {
        this.directory = directory;
        this.store = FilePolicyStore.in(directory, clock, events::add);
    }

    private Path saved(CachedPolicy policy) throws IOException {
        assertThat(store.save(policy)).isTrue();
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.endsWith("policy-" + policy.domain()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<Path> quarantined() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("quarantine"))) {
            return all.filter(file -> !file.endsWith("lock")).toList();
        }
    }

    private List<CachedPolicy> scanned() {
        List<CachedPolicy> seen = new ArrayList<>();
        store.scan(seen::add);
        return seen;
    }

    private void assertQuarantined(Path file) throws IOException {
        assertThat(store.find(BANK)).isEmpty();
        assertThat(events).extracting(Event::kind, Event::file).containsExactly(tuple(Kind.QUARANTINED, file));
        assertThat(file.toFile()).doesNotExist();
        assertThat(quarantined()).hasSize(1);
        assertThat(store.save(POLICY)).isTrue();
        assertThat(store.find(BANK)).contains(POLICY);
    }

    static Stream<byte[]> junk() throws IOException {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(new HashMap<>(Map.of("mode", "none")));
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            out.write(new byte[10_000_000]);
        }
        return Stream.of(
                new byte[0],
                new byte[4096], // what some file systems leave of a file after a power failure
                new byte[10_000_000],
                serialized.toByteArray(),
                bomb.toByteArray(),
                "version: STSv1\nmode: none\nmax_age: 604800\n".getBytes(StandardCharsets.UTF_8),
                "{\"domain\":\"bank.example\",\"mode\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("junk")
    void junkIsQuarantinedAndTheDomainStartsAnew(byte[] junk) throws IOException {
        Path file = saved(POLICY);
        Files.write(file, junk);

        assertQuarantined(file);
    }

    @Test
    void anotherDomainsPolicyUnderThisNameIsNotTaken() throws IOException {
        Path bank = saved(POLICY);
        Files.copy(saved(policy(SHOP, "1", START)), bank, StandardCopyOption.REPLACE_EXISTING);

        assertQuarantined(bank);
        assertThat(store.find(SHOP)).isPresent();
    }

    @Test
    void aPolicyInTheWrongPartOfTheDirectoryIsQuarantinedByAScan() throws IOException {
        Path file = saved(POLICY);
        String other = directory.relativize(file).startsWith("00") ? "01" : "00";
        Path stray = Files.copy(file, directory.resolve(other).resolve("policy-bank.example"));

        assertThat(scanned()).containsExactly(POLICY);
        assertThat(events).extracting(Event::kind, Event::file).containsExactly(tuple(Kind.QUARANTINED, stray));
        assertThat(store.find(BANK)).contains(POLICY);
    }

    @Test
    void filesThatAreNoneOfOursAreLeftAlone() throws IOException {
        Path note = Files.writeString(saved(POLICY).resolveSibling("README"), "Do not touch.");

        assertThat(scanned()).containsExactly(POLICY);
        assertThat(note).exists();
        assertThat(events).isEmpty();
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        Path file = saved(POLICY);
        byte[] record = Files.readAllBytes(file);
        int newer = 0;
        for (int bit = 0; bit < 8 * record.length; bit++) {
            byte[] flipped = record.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertThat(store.find(BANK)).as("bit %d", bit).isEmpty();
            newer += Files.exists(file) ? 1 : 0;
        }

        assertThat(events).hasSize(8 * record.length);
        assertThat(events)
                .filteredOn(event -> event.kind() == Kind.NEWER_FORMAT)
                .hasSize(newer);
        assertThat(newer).isEqualTo(3); // 3, 5 and 9 are each one bit away from 1.
        assertThat(quarantined()).hasSizeLessThanOrEqualTo(1000);
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        Path file = saved(POLICY);
        byte[] record = Files.readAllBytes(file);
        for (int length = 0; length < record.length; length++) {
            Files.write(file, Arrays.copyOf(record, length));
            assertThat(store.find(BANK)).as("%d octets", length).isEmpty();
        }

        assertThat(events).hasSize(record.length).extracting(Event::kind).containsOnly(Kind.QUARANTINED);
    }

    @Test
    void theQuarantineDoesNotFillTheDisk() throws IOException {
        Path file = saved(POLICY);
        for (int i = 0; i < 1002; i++) {
            Files.writeString(file, "junk");
            assertThat(store.find(BANK)).isEmpty();
        }

        assertThat(quarantined()).hasSize(1000);
        assertThat(events.subList(1000, 1002)).extracting(Event::kind).containsOnly(Kind.DISCARDED);
        assertThat(file).doesNotExist();
    }

    @Test
    void aSaveOverABrokenFileKeepsTheEvidence() throws IOException {
        Files.writeString(saved(POLICY), "junk");

        assertThat(store.save(policy(BANK, "0", START.minusSeconds(1)))).isTrue();

        assertThat(store.find(BANK)).map(CachedPolicy::id).contains("0");
        assertThat(quarantined())
                .singleElement()
                .satisfies(file -> assertThat(file).hasContent("junk"));
    }

    @Test
    void aFileOfALaterReleaseIsNeitherReadNorReplacedNorRemoved() throws IOException {
        Path file = saved(POLICY);
        Files.writeString(file, "mtasts4j-policy 2\nfrom: tomorrow\n");

        assertThat(store.find(BANK)).isEmpty();
        assertThat(scanned()).isEmpty();
        assertThat(store.save(policy(BANK, "2", START.plusSeconds(1)))).isFalse();
        store.remove(BANK);

        assertThat(file).hasContent("mtasts4j-policy 2\nfrom: tomorrow\n");
        assertThat(events).hasSize(4).extracting(Event::kind).containsOnly(Kind.NEWER_FORMAT);
        assertThat(quarantined()).isEmpty();
    }

    @Test
    void aPolicyFromTheFutureIsTold() throws IOException {
        clock.set(START.plus(Duration.ofDays(3650)));
        CachedPolicy ahead = policy(BANK, "1", clock.instant());
        store.save(ahead);
        clock.set(START);

        assertThat(store.find(BANK)).contains(ahead);
        assertThat(events).extracting(Event::kind).containsExactly(Kind.FROM_THE_FUTURE);
    }

    @Test
    void aFewMinutesAheadIsHowClocksAre() {
        CachedPolicy ahead = policy(BANK, "1", START.plusSeconds(300));
        store.save(ahead);

        assertThat(store.find(BANK)).contains(ahead);
        assertThat(events).isEmpty();
    }

    @Test
    void aPolicyFromTheFutureYieldsToOneThatIsNotAndNeverTheOtherWayRoundInTime() {
        store.save(policy(BANK, "future", START.plus(Duration.ofDays(3650))));

        assertThat(store.save(policy(BANK, "2", START))).isTrue();
        assertThat(store.save(policy(BANK, "1", START.minusSeconds(1)))).isFalse();
        assertThat(store.find(BANK)).map(CachedPolicy::id).contains("2");
    }

    @Test
    void aLinkInThePlaceOfAFileIsNotFollowed() throws IOException {
        Path file = saved(POLICY);
        Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(store.find(BANK)).isEmpty();

        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(elsewhere).exists();
        assertThat(quarantined())
                .singleElement()
                .satisfies(link -> assertThat(link).isSymbolicLink());
    }

    @Test
    void aSaveReplacesALinkAndNotWhatItLeadsTo() throws IOException {
        Path file = saved(POLICY);
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "precious");
        Files.delete(file);
        Files.createSymbolicLink(file, elsewhere);

        assertThat(store.save(POLICY)).isTrue();

        assertThat(elsewhere).hasContent("precious");
        assertThat(file).isRegularFile();
    }

    @Test
    void aDirectoryInThePlaceOfAFileIsQuarantinedAsItIs() throws IOException {
        Path file = saved(POLICY);
        Files.delete(file);
        Files.createDirectories(file.resolve("below"));

        assertQuarantined(file);
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws IOException {
        FilePolicyStore guarded = FilePolicyStore.in(directory, clock, event -> {
            throw new IllegalStateException("the pager is broken");
        });
        Files.writeString(saved(POLICY), "junk");

        assertThat(guarded.find(BANK)).isEmpty();
        assertThat(quarantined()).hasSize(1);
    }

    @Test
    void aListenerMayUseTheStore() throws IOException {
        List<Optional<CachedPolicy>> found = new ArrayList<>();
        FilePolicyStore[] self = new FilePolicyStore[1];
        self[0] = FilePolicyStore.in(directory, clock, event -> {
            self[0].save(POLICY);
            found.add(self[0].find(BANK));
        });
        Files.writeString(saved(POLICY), "junk");

        assertThat(self[0].find(BANK)).isEmpty();
        assertThat(found).containsExactly(Optional.of(POLICY));
    }
}
