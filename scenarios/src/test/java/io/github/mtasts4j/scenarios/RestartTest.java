// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay is restarted while the attacker is at work. What it has in files is all that it knows then. */
final class RestartTest extends Restarts {

    private final List<FilePolicyStore.Event> events = new ArrayList<>();
    private final Path directory;

    RestartTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Override
    protected PolicyStore opened(InstantSource clock) {
        return FilePolicyStore.in(directory, clock, events::add);
    }

    @Override
    protected void assertNoTrouble() {
        assertThat(events).isEmpty();
    }

    private Path file() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.endsWith("policy-bank.example"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void withoutAStoreThereIsOneClearWarningAtTheStart() {
        TxtLookup nobody = name -> new TxtLookup.Unavailable("none", "nobody is asked");
        PolicyFetcher none = request -> new PolicyFetcher.TimedOut(request.timeout());
        try (CapturedLog log = CapturedLog.begin()) {
            MtaSts.builder(nobody, none).withoutRefresh().build().close();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0))
                    .contains("WARN", "No policy store: a restart forgets every policy", "FilePolicyStore", "10.2");
        }
        try (CapturedLog log = CapturedLog.begin()) {
            MtaSts.builder(nobody, none)
                    .withoutRefresh()
                    .store(FilePolicyStore.in(directory))
                    .build()
                    .close();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void aBrokenFileIsPutAwayAndThePolicyFetchedAgain() throws Exception {
        learn();
        Files.writeString(file(), Files.readString(file()).replace("mode: enforce", "mode: none"));
        try (Relay relay = started()) {
            PolicyResolution resolution = relay.sts().resolve(BANK);

            assertThat(resolution.mode()).isEqualTo(Mode.ENFORCE);
            assertThat(((PolicyResolution.Found) resolution).freshness()).isEqualTo(Freshness.FETCHED);
        }
        assertThat(events).extracting(FilePolicyStore.Event::kind).containsExactly(FilePolicyStore.Kind.QUARANTINED);
        assertThat(file()).content().contains("mode: enforce");
    }

    @Test
    void aDiskThatFailsChangesNothingAboutAMessage() throws Exception {
        FilePolicyStore store = FilePolicyStore.in(directory.resolve("store"), world().clock(), events::add);
        Files.move(directory.resolve("store"), directory.resolve("unmounted"));
        try (Relay relay = Relay.in(world(), store)) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
            bank().mxForgedAs("mx.evil.example");

            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        }
    }
}
