// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An override has an end and a reason, and leaves a trace. */
final class PolicyOverridesTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName OTHER = DomainName.of("example.net");
    private static final Instant START = MovableClock.START;
    private static final Instant UNTIL = START.plus(Duration.ofDays(10));
    private static final PolicyOverride REQUIRE = override(DOMAIN, new PolicyOverride.Require(), UNTIL);

    private final MovableClock clock = new MovableClock();
    private final Map<DomainName, PolicyOverride> configured = new ConcurrentHashMap<>();
    private final List<OverrideEvent> events = new ArrayList<>();
    private final AuditedOverrides overrides = audited(domain -> Optional.ofNullable(configured.get(domain)));

    // ---- what an override is ----

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "two\nlines", "a\u0000b", "right\u202eleft", "a\u2028b", "\ud800"})
    void aReasonIsOnePrintableLine(String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PolicyOverride(DOMAIN, new PolicyOverride.Ignore(), UNTIL, reason))
                .withMessageContaining("reason");
    }

    @Test
    void aReasonMayBeInAnyLanguageAndHas200CharactersAtMost() {
        PolicyOverride.Ignore ignore = new PolicyOverride.Ignore();
        String longest = "ü".repeat(200);

        assertThat(new PolicyOverride(DOMAIN, ignore, UNTIL, longest).reason()).isEqualTo(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> new PolicyOverride(DOMAIN, ignore, UNTIL, longest + "x"));
    }

    @Test
    void anEndThatNobodyWillSeeIsNoEnd() {
        PolicyOverride.Ignore ignore = new PolicyOverride.Ignore();
        Instant latest = Instant.parse("9999-12-31T23:59:59Z");

        assertThat(override(DOMAIN, ignore, latest).until()).isEqualTo(latest);
        assertThatIllegalArgumentException().isThrownBy(() -> override(DOMAIN, ignore, latest.plusNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> override(DOMAIN, ignore, Instant.MAX));
    }

    @Test
    void aNameThatCanHaveNoPolicyHasNoOverride() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> override(DomainName.of("mx_1.example.com"), new PolicyOverride.Ignore(), UNTIL));
    }

    @Test
    void aPolicyOfModeNoneIsNotPinned() {
        Policy none = policy("version: STSv1\nmode: none\nmax_age: 86400\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PolicyOverride.Pinned(none))
                .withMessageContaining("ignore");
    }

    @Test
    void thereIsOneOverrideForADomain() {
        PolicyOverride ignore = override(OTHER, new PolicyOverride.Ignore(), UNTIL);

        PolicyOverrides two = PolicyOverrides.of(List.of(REQUIRE, ignore));

        assertThat(two.find(DOMAIN)).contains(REQUIRE);
        assertThat(two.find(OTHER)).contains(ignore);
        assertThat(two.find(DomainName.of("sub.example.com"))).isEmpty();
        assertThat(PolicyOverrides.NONE.find(DOMAIN)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PolicyOverrides.of(List.of(REQUIRE, override(DOMAIN, new PolicyOverride.Ignore(), UNTIL))))
                .withMessageContaining("example.com");
    }

    // ---- what is told ----

    @Test
    void anOverrideIsToldWhenItFirstMattersOnceADayAndAtItsEnd() {
        configured.put(DOMAIN, REQUIRE);
        for (int day = 0; day < 3; day++) {
            for (int message = 0; message < 5; message++) {
                assertThat(overrides.over(absent(DOMAIN))).isInstanceOf(PolicyResolution.Overridden.class);
            }
            clock.advance(Duration.ofDays(1));
        }
        clock.set(UNTIL);
        for (int message = 0; message < 5; message++) {
            assertThat(overrides.over(absent(DOMAIN))).isEqualTo(absent(DOMAIN));
            clock.advance(Duration.ofDays(2));
        }

        assertThat(events)
                .containsExactly(
                        event(OverrideEvent.Kind.APPLIED, START),
                        event(OverrideEvent.Kind.APPLIED, START.plus(Duration.ofDays(1))),
                        event(OverrideEvent.Kind.APPLIED, START.plus(Duration.ofDays(2))),
                        event(OverrideEvent.Kind.EXPIRED, UNTIL));
    }

    @Test
    void anOverrideThatMakesNoDifferenceIsNotTold() {
        configured.put(DOMAIN, override(DOMAIN, new PolicyOverride.Testing(), UNTIL));

        assertThat(overrides.over(absent(DOMAIN))).isEqualTo(absent(DOMAIN));
        assertThat(events).isEmpty();
    }

    @Test
    void anotherOverrideOfTheSameDomainIsToldAtOnce() {
        configured.put(DOMAIN, REQUIRE);
        overrides.over(absent(DOMAIN));
        PolicyOverride longer = override(DOMAIN, new PolicyOverride.Require(), UNTIL.plusSeconds(1));
        configured.put(DOMAIN, longer);
        overrides.over(absent(DOMAIN));
        overrides.over(absent(DOMAIN));

        assertThat(events.stream().map(OverrideEvent::override)).containsExactly(REQUIRE, longer);
    }

    @Test
    void anEndIsToldAlsoIfItHadComeBeforeTheFirstMessage() {
        configured.put(DOMAIN, REQUIRE);
        clock.set(UNTIL);

        overrides.over(absent(DOMAIN));

        assertThat(events).containsExactly(event(OverrideEvent.Kind.EXPIRED, UNTIL));
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        configured.put(DOMAIN, REQUIRE);
        ResolverListener broken = new ResolverListener() {
            @Override
            public void overrideEvent(OverrideEvent event) {
                throw new IllegalStateException("a bug");
            }
        };

        assertThat(new AuditedOverrides(domain -> Optional.of(REQUIRE), broken, clock).over(absent(DOMAIN)))
                .isInstanceOf(PolicyResolution.Overridden.class);
    }

    // ---- a source that fails ----

    @Test
    void aSourceThatThrowsLeavesTheLastOverrideInForceUntilItsEndAndOthersWithout() {
        boolean[] fails = {false};
        AuditedOverrides source = audited(domain -> {
            if (fails[0]) {
                throw new IllegalStateException("a bug");
            }
            return Optional.ofNullable(configured.get(domain));
        });
        configured.put(DOMAIN, REQUIRE);
        source.over(absent(DOMAIN));
        source.over(absent(OTHER));
        fails[0] = true;

        assertThat(source.over(absent(DOMAIN))).isInstanceOf(PolicyResolution.Overridden.class);
        assertThat(source.over(absent(OTHER))).isEqualTo(absent(OTHER));
        clock.set(UNTIL);
        assertThat(source.over(absent(DOMAIN))).isEqualTo(absent(DOMAIN));
    }

    @Test
    void anOverrideThatWasTakenBackDoesNotComeBackWhenTheSourceFails() {
        boolean[] fails = {false};
        AuditedOverrides source = audited(domain -> {
            if (fails[0]) {
                throw new IllegalStateException("a bug");
            }
            return Optional.ofNullable(configured.get(domain));
        });
        configured.put(DOMAIN, REQUIRE);
        source.over(absent(DOMAIN));
        configured.clear();
        source.over(absent(DOMAIN));
        fails[0] = true;

        assertThat(source.over(absent(DOMAIN))).isEqualTo(absent(DOMAIN));
    }

    @Test
    void anAnswerForAnotherDomainIsNotUsed() {
        assertThat(audited(domain -> Optional.of(REQUIRE)).over(absent(OTHER))).isEqualTo(absent(OTHER));
    }

    @Test
    void whereThereIsNoPolicyDomainNobodyIsAskedForAnOverride() {
        AuditedOverrides source = audited(domain -> {
            throw new AssertionError("asked for " + domain);
        });
        PolicyResolution literal = new PolicyResolution.Absent(PolicyDomain.ofDomain("[192.0.2.1]"));

        assertThat(source.over(literal)).isEqualTo(literal);
    }

    private AuditedOverrides audited(PolicyOverrides source) {
        ResolverListener listener = new ResolverListener() {
            @Override
            public void overrideEvent(OverrideEvent event) {
                events.add(event);
            }
        };
        return new AuditedOverrides(source, listener, clock);
    }

    private static OverrideEvent event(OverrideEvent.Kind kind, Instant at) {
        return new OverrideEvent(kind, REQUIRE, absent(DOMAIN), at);
    }

    private static PolicyOverride override(DomainName domain, PolicyOverride.Action action, Instant until) {
        return new PolicyOverride(domain, action, until, "a test");
    }

    private static PolicyResolution absent(DomainName domain) {
        return new PolicyResolution.Absent(PolicyDomain.of(domain));
    }

    private static Policy policy(String text) {
        return new PolicyParser(Grammar.STRICT)
                .parse(text.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();
    }
}
