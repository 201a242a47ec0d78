// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.PolicyEvent.Kind.EXPIRED_UNREFRESHED;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.REFRESH_FAILING;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.TXT_GONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thirty days of a mail server that knows two thousand domains, ten thousand if the system property {@code mtasts.tests} is
 * {@code long}, and sends to each of them every six hours. Most are in good
 * health; of a twentieth each the Policy Host is never reached again, the TXT record has vanished, or there is a new policy
 * every week.
 */
@Timeout(300)
final class RefreshSimulationTest {

    private static final int DOMAINS = "long".equals(System.getProperty("mtasts.tests")) ? 10_000 : 2_000;
    private static final int DAYS = 30;
    private static final Duration TICK = Duration.ofMinutes(10);
    private static final int TICKS_A_DAY = (int) Duration.ofDays(1).dividedBy(TICK);
    private static final int TICKS_BETWEEN_MESSAGES = (int) Duration.ofHours(6).dividedBy(TICK);
    private static final Duration LIFETIME = Duration.ofDays(14);

    private enum Health {
        BLOCKED,
        TXT_GONE,
        NEW_POLICY_EACH_WEEK,
        GOOD;

        static Health of(int number) {
            return switch (number % 20) {
                case 0 -> BLOCKED;
                case 1 -> TXT_GONE;
                case 2 -> NEW_POLICY_EACH_WEEK;
                default -> GOOD;
            };
        }
    }

    /** A domain and all that the simulation has to know of it. */
    private static final class Domain {

        final DomainName name;
        final Health health;
        final List<Instant> fetches = new ArrayList<>();
        final List<PolicyEvent> events = new ArrayList<>();

        Domain(int number) {
            this.name = DomainName.of("d" + number + ".example");
            this.health = Health.of(number);
        }
    }

    private final World world = new World();
    private final List<Domain> domains =
            IntStream.range(0, DOMAINS).mapToObj(Domain::new).toList();
    private final Map<DomainName, Domain> byName = new HashMap<>();
    private boolean learning = true;

    @BeforeEach
    void makeTheWorld() {
        domains.forEach(domain -> byName.put(domain.name, domain));
        world.lookups = this::lookup;
        world.fetches = this::fetch;
        world.listener = new ResolverListener() {
            @Override
            public void policyEvent(PolicyEvent event) {
                domain(event.policy().domain()).events.add(event);
            }
        };
    }

    private Domain domain(DomainName name) {
        return Objects.requireNonNull(byName.get(name));
    }

    private long week() {
        return Duration.between(MovableClock.START, world.clock.instant()).toDays() / 7;
    }

    private TxtLookup.Answer lookup(DomainName name) {
        Domain domain = domain(name.parent().orElseThrow());
        if (domain.health == Health.TXT_GONE && !learning) {
            return new TxtLookup.None(Duration.ofMinutes(15));
        }
        return World.record(domain.health == Health.NEW_POLICY_EACH_WEEK ? "week" + week() : "1");
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        Domain domain = domain(request.domain());
        domain.fetches.add(world.clock.instant());
        if (domain.health == Health.BLOCKED && !learning) {
            return new PolicyFetcher.Unreachable("connection-refused", "refused");
        }
        long hosts = domain.health == Health.NEW_POLICY_EACH_WEEK ? week() + 1 : 1;
        String[] mx = IntStream.range(0, (int) hosts)
                .mapToObj(i -> "mx" + i + ".example.com")
                .toArray(String[]::new);
        return World.policy("enforce", LIFETIME.toSeconds(), mx);
    }

    @Test
    void thirtyDaysOfThousandsOfDomains() throws InterruptedException {
        live();

        domains.forEach(this::fetchesAreFewAndFarBetween);
        fetchesAreSpread();
        domains.forEach(this::eventsAreThoseOf);
    }

    private void live() throws InterruptedException {
        for (Domain domain : domains) {
            world.resolver().resolve(PolicyDomain.of(domain.name));
        }
        learning = false;
        for (int tick = 1; tick <= DAYS * TICKS_A_DAY; tick++) {
            world.clock.advance(TICK);
            for (int i = tick % TICKS_BETWEEN_MESSAGES; i < DOMAINS; i += TICKS_BETWEEN_MESSAGES) {
                send(domains.get(i));
            }
            world.refresher().tick();
        }
    }

    /** No policy is lost before its time, and one that changes is noticed with the next message but one. */
    private void send(Domain domain) throws InterruptedException {
        PolicyResolution policy = world.resolver().resolve(PolicyDomain.of(domain.name));
        boolean blockedForALifetime =
                domain.health == Health.BLOCKED && world.clock.instant().isAfter(MovableClock.START.plus(LIFETIME));
        if (policy.applicable().isPresent() == blockedForALifetime) {
            throw new AssertionError(domain.name + " at " + world.clock.instant() + ": " + policy);
        }
    }

    private void fetchesAreFewAndFarBetween(Domain domain) {
        List<Instant> fetches = domain.fetches;
        if (domain.health == Health.BLOCKED) {
            assertThat(fetches)
                    .as("five in the first hour, then hourly")
                    .hasSizeLessThanOrEqualTo(14 * 24 + 5 + 16 * 24);
            return;
        }
        assertThat(fetches).as("%s", domain.name).hasSizeBetween(1 + DAYS * 2 / 3, 1 + 2 * DAYS + 4);
        List<Duration> between = IntStream.range(1, fetches.size())
                .mapToObj(i -> Duration.between(fetches.get(i - 1), fetches.get(i)))
                .toList();
        assertThat(Collections.max(between))
                .isLessThanOrEqualTo(Duration.ofHours(36).plus(TICK));
        if (domain.health != Health.NEW_POLICY_EACH_WEEK) {
            assertThat(Collections.min(between)).isGreaterThanOrEqualTo(Duration.ofHours(12));
        }
    }

    private void fetchesAreSpread() {
        int hours = DAYS * 24;
        int[] healthy = new int[hours + 1];
        int[] all = new int[hours + 1];
        for (Domain domain : domains) {
            for (Instant fetch : domain.fetches.subList(1, domain.fetches.size())) {
                int hour = (int) Duration.between(MovableClock.START, fetch).toHours();
                all[hour]++;
                healthy[hour] += domain.health == Health.BLOCKED ? 0 : 1;
            }
        }
        long blocked = domains.stream().filter(d -> d.health == Health.BLOCKED).count();
        double meanOfHealthy = IntStream.of(healthy).average().orElseThrow();
        assertThat(meanOfHealthy * 24 / (DOMAINS - blocked))
                .as("GETs per domain and day")
                .isBetween(0.9, 1.0);
        assertThat(IntStream.of(healthy).max().orElseThrow() / meanOfHealthy)
                .as("peak to mean")
                .isLessThan(3);
        double mean = IntStream.of(all).average().orElseThrow();
        assertThat(IntStream.of(all).max().orElseThrow() / mean)
                .as("peak to mean, with retries")
                .isLessThan(3);
    }

    private void eventsAreThoseOf(Domain domain) {
        List<PolicyEvent.Kind> kinds =
                domain.events.stream().map(PolicyEvent::kind).toList();
        switch (domain.health) {
            case BLOCKED -> {
                assertThat(kinds)
                        .containsExactly(REFRESH_FAILING, REFRESH_FAILING, REFRESH_FAILING, EXPIRED_UNREFRESHED);
                // Due after a day and a half at the latest, three misses, and the tick after them.
                happensBetween(
                        domain, 0, Duration.ofHours(12), Duration.ofHours(36).plus(TICK.multipliedBy(5)));
                happensBetween(
                        domain, 1, LIFETIME.dividedBy(2), LIFETIME.dividedBy(2).plus(TICK));
                Duration nineTenths = LIFETIME.dividedBy(10).multipliedBy(9);
                happensBetween(domain, 2, nineTenths, nineTenths.plus(TICK));
                happensBetween(domain, 3, LIFETIME, LIFETIME.plus(TICK));
            }
            case TXT_GONE -> {
                assertThat(kinds).containsExactly(TXT_GONE);
                happensBetween(domain, 0, Duration.ZERO, Duration.ofHours(6).plus(TICK));
            }
            case NEW_POLICY_EACH_WEEK, GOOD -> assertThat(kinds).isEmpty();
        }
    }

    private static void happensBetween(Domain domain, int event, Duration least, Duration most) {
        Duration after =
                Duration.between(MovableClock.START, domain.events.get(event).at());
        assertThat(after).as("%s: %s", domain.name, domain.events.get(event)).isBetween(least, most);
    }
}
