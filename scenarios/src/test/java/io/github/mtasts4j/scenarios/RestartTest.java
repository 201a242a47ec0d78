// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay is restarted while the attacker is at work. What it has in files is all that it knows then. */
final class RestartTest {

    private static final String ALICE = "alice@bank.example";
    private static final PolicyDomain BANK = PolicyDomain.ofRecipient(ALICE);

    private final StsWorld world = StsWorld.start();
    private final RecipientDomain bank =
            world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
    private final List<FilePolicyStore.Event> events = new ArrayList<>();
    private final Path directory;

    RestartTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Relay started() {
        return Relay.in(world, FilePolicyStore.in(directory, world.clock(), events::add));
    }

    private CachedPolicy learn() throws InterruptedException {
        try (Relay relay = started()) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
            return relay.sts().peek(BANK).orElseThrow();
        }
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
    void aRestartForgetsNothing() throws Exception {
        CachedPolicy learnt = learn();
        world.dns().fault(DnsFault.SERVFAIL);
        try (Relay relay = started()) {
            PolicyResolution resolution = relay.sts().resolve(BANK);

            assertThat(resolution.applicable()).contains(learnt);
            assertThat(((PolicyResolution.Found) resolution).freshness()).isEqualTo(Freshness.CACHED);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aRestartDuringAnAttackHoldsTheMailBackAsBefore() throws Exception {
        learn();
        bank.httpsBlocked().mxForgedAs("mx.evil.example").idForgedAs("666");
        world.clock().advance(Duration.ofDays(6));
        try (Relay relay = started()) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        }
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    @Test
    void aRestartDoesNotRenewALifetime() throws Exception {
        CachedPolicy learnt = learn();
        bank.httpsBlocked();
        world.clock().set(learnt.expiresAt());
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK).mode()).isEqualTo(Mode.ENFORCE);
        }
        world.clock().advance(Duration.ofSeconds(1));
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK)).isInstanceOf(PolicyResolution.Unusable.class);
        }
    }

    @Test
    void aPolicyThatAnOperatorForgotIsForgottenAfterARestartToo() throws Exception {
        learn();
        try (Relay relay = started()) {
            relay.sts().invalidate(BANK);
        }
        world.dns().fault(DnsFault.SERVFAIL);
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK)).isInstanceOf(PolicyResolution.Unusable.class);
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
        FilePolicyStore store = FilePolicyStore.in(directory.resolve("store"), world.clock(), events::add);
        Files.move(directory.resolve("store"), directory.resolve("unmounted"));
        try (Relay relay = Relay.in(world, store)) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
            bank.mxForgedAs("mx.evil.example");

            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        }
    }
}
