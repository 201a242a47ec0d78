// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyOverrides;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says of the operator's own interventions: each one, and not for each message. */
final class OperatorLogTest {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final DomainName MX = DomainName.of("mx.bank.example");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CapturedLog log = CapturedLog.begin();

    @AfterEach
    void end() {
        log.close();
    }

    @Test
    void eachTurnOfTheMonitorSwitchIsLoggedOnceAndTheFirstBeforeAnyMessage() throws InterruptedException {
        AtomicBoolean on = new AtomicBoolean(true);
        try (MtaSts sts = withoutPolicies().monitorOnly(on::get).build()) {
            assertThat(warnings()).hasSize(1);
            PolicyResolution policy = sts.resolve(PolicyDomain.of(BANK));
            for (boolean state : List.of(true, false, true)) {
                on.set(state);
                for (int message = 0; message < 5; message++) {
                    sts.plan(policy, MX);
                    sts.decide(policy, MX, new TlsOutcome.NotOffered());
                }
            }
        }
        assertThat(warnings()).hasSize(3);
        assertThat(warnings().get(0)).contains("MTA-STS is monitored only");
        assertThat(warnings().get(1)).contains("MTA-STS is enforced again");
        assertThat(warnings().get(2)).contains("MTA-STS is monitored only");
    }

    @Test
    void anOverrideInUseIsLoggedOnceWithItsEndAndItsReason() throws InterruptedException {
        PolicyOverride require =
                new PolicyOverride(BANK, new PolicyOverride.Require(), NOW.plus(Duration.ofDays(1)), "annex 2");
        try (MtaSts sts = withoutPolicies()
                .overrides(PolicyOverrides.of(List.of(require)))
                .build()) {
            for (int message = 0; message < 5; message++) {
                sts.resolve(PolicyDomain.of(BANK));
            }
        }
        assertThat(warnings()).hasSize(1);
        assertThat(warnings().get(0))
                .contains("Override APPLIED: require of bank.example until 2026-01-02T00:00:00Z (annex 2); "
                        + "published is no policy");
    }

    private List<String> warnings() {
        return log.lines().stream().filter(line -> line.contains(" WARN ")).toList();
    }

    private static MtaSts.Builder withoutPolicies() {
        return MtaSts.builder(name -> new TxtLookup.None(Duration.ofMinutes(5)), request -> {
                    throw new AssertionError("there is nothing to fetch");
                })
                .store(new MemoryPolicyStore())
                .clock(() -> NOW)
                .executor(Runnable::run)
                .withoutRefresh();
    }
}
