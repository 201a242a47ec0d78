// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.testkit.contract.PolicyStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilePolicyStoreTest extends PolicyStoreContract {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final Instant START = MovableClock.START;

    private final MovableClock clock = new MovableClock();
    private final List<FilePolicyStore.Event> events = new ArrayList<>();

    private final Path temporary;
    private final Path directory;
    private final PolicyStore store;

    FilePolicyStoreTest(@TempDir Path temporary) {
        this.temporary = temporary;
        this.directory = temporary.resolve("var/lib/mta-sts");
        this.store = reopened();
    }

    private FilePolicyStore reopened() {
        return FilePolicyStore.in(directory, clock, events::add);
    }

    @Override
    protected PolicyStore store() {
        return store;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("lock"))
                    .toList();
        }
    }

    /** Whatever the name, its policy is one that the grammar takes. */
    private static CachedPolicy policyOf(DomainName name, String id) {
        return new CachedPolicy(name, id, policy(BANK, id, START).policy(), START);
    }

    private Path shelfOf(Path file) {
        return directory.resolve(directory.relativize(file).getName(0));
    }

    @Test
    void aStoreThatIsOpenedAgainForgetsNothing() {
        CachedPolicy policy = policy(BANK, "1", START.plusNanos(1));
        store.save(policy);

        assertThat(reopened().find(BANK)).contains(policy);
        assertThat(reopened().save(policy(BANK, "2", START))).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void aFileIsNamedAfterItsDomainSoThatAPersonFindsIt() throws IOException {
        store.save(policy(BANK, "1", START));

        assertThat(files()).singleElement().satisfies(file -> assertThat(file).hasFileName("policy-bank.example"));
    }

    @Test
    void theLongestNamesHaveFilesTooEachItsOwn() throws IOException {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);
        DomainName one = DomainName.of(longest);
        DomainName other = DomainName.of(longest.substring(0, 252) + "b");
        store.save(policyOf(one, "1"));
        store.save(policyOf(other, "2"));

        assertThat(store.find(one)).map(CachedPolicy::id).contains("1");
        assertThat(store.find(other)).map(CachedPolicy::id).contains("2");
        assertThat(files())
                .hasSize(2)
                .allMatch(file -> file.getFileName().toString().length() < 143);
    }

    @Test
    void namesThatAreSomethingElseOnADiskAreDomainsLikeAnyOther() {
        List<DomainName> names = Stream.of("con", "nul.example", "lock", "quarantine", "_x.example", "temp-1.example")
                .map(DomainName::of)
                .toList();
        names.forEach(name -> store.save(policyOf(name, "1")));
        List<DomainName> seen = new ArrayList<>();

        reopened().scan(policy -> seen.add(policy.domain()));

        assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void nobodyButTheOwnerMayReadOrWrite() throws IOException {
        store.save(policy(BANK, "1", START));

        assertThat(List.of(directory, shelfOf(files().get(0))))
                .allSatisfy(made -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                        .isEqualTo("rwx------"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void twoStoresInOneDirectoryAreOne() throws InterruptedException {
        FilePolicyStore other = reopened();
        List<Thread> writers = IntStream.range(0, 8)
                .mapToObj(writer -> new Thread(() -> {
                    for (int i = 0; i < 40; i++) {
                        (writer % 2 == 0 ? store : other)
                                .save(policy(BANK, "w" + writer + "i" + i, START.plusMillis(10L * i + writer)));
                    }
                }))
                .toList();
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(store.find(BANK))
                .isEqualTo(other.find(BANK))
                .map(CachedPolicy::id)
                .contains("w7i39");
        assertThat(events).isEmpty();
    }

    @Test
    void whatACrashLeftHalfWrittenIsNoPolicyAndGoesWithTheNextSave() throws IOException {
        store.save(policy(BANK, "1", START));
        Path leftover = Files.writeString(files().get(0).resolveSibling("temp-4711"), "mtasts4j-pol");
        FilePolicyStore next = reopened();
        List<String> seen = new ArrayList<>();

        next.scan(policy -> seen.add(policy.id()));
        assertThat(seen).containsExactly("1");
        assertThat(leftover).exists();

        next.save(policy(BANK, "2", START.plusSeconds(1)));
        assertThat(leftover).doesNotExist();
        assertThat(files()).hasSize(1);
        assertThat(events).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsAnErrorAndNotALostPolicy() throws IOException {
        CachedPolicy policy = policy(BANK, "1", START);
        store.save(policy);
        Path lock = files().get(0).resolveSibling("lock");
        Files.delete(lock);
        Files.createDirectory(lock); // Holds even against root, whom permissions do not stop.

        assertThatThrownBy(() -> store.save(policy(BANK, "2", START.plusSeconds(1))))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> store.remove(BANK)).isInstanceOf(UncheckedIOException.class);
        assertThat(store.find(BANK)).contains(policy);
    }

    @Test
    void aDirectoryThatHasGoneIsAnErrorAndNotAnAbsentPolicy() throws IOException {
        store.save(policy(BANK, "1", START));
        Files.move(directory, temporary.resolve("unmounted"));

        assertThatThrownBy(() -> store.find(BANK)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> store.save(policy(BANK, "2", START.plusSeconds(1))))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> store.scan(policy -> {})).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aPlaceWhereThereCanBeNoDirectoryIsRefusedAtOnce() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> FilePolicyStore.in(file)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> FilePolicyStore.in(file.resolve("below"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aScanGoesOnBehindAPartThatCannotBeReadAndSaysSoInTheEnd() throws IOException {
        IntStream.range(0, 20).forEach(i -> store.save(policy(DomainName.of("d" + i + ".example"), "1", START)));
        Files.move(shelfOf(files().get(0)), temporary.resolve("elsewhere"));
        List<CachedPolicy> seen = new ArrayList<>();

        assertThatThrownBy(() -> store.scan(seen::add)).isInstanceOf(UncheckedIOException.class);
        assertThat(seen).hasSizeBetween(10, 19);
    }

    @Test
    void aPolicyThatCouldNotBeReadAgainIsNotSaved() {
        CachedPolicy good = policy(BANK, "1", START);
        Policy forged = new Policy(
                good.policy().mode(),
                good.policy().mx(),
                Duration.ofDays(1), // its lines have another
                good.policy().lines());

        assertThatThrownBy(() -> store.save(new CachedPolicy(BANK, "1", forged, START)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.save(new CachedPolicy(BANK, "1\nid: 2", good.policy(), START)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.find(BANK)).isEmpty();
    }

    @Test
    void anInterruptedThreadIsToldSoAndHarmsNothing() {
        CachedPolicy first = policy(BANK, "1", START);
        store.save(first);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> store.save(policy(BANK, "2", START.plusSeconds(1))))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(store.find(BANK)).contains(first);
        assertThat(store.save(policy(BANK, "2", START.plusSeconds(1)))).isTrue();
    }
}
