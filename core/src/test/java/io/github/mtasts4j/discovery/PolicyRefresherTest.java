// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.PolicyEvent.Kind.EXPIRED_UNREFRESHED;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.REFRESH_FAILING;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.TXT_GONE;
import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.NAME;
import static io.github.mtasts4j.discovery.World.WEEK;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static io.github.mtasts4j.discovery.World.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** §3.3, §10.2: a policy in use is fetched again long before it expires, and when it cannot be the operator hears of it. */
@Timeout(60)
final class PolicyRefresherTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final World world = new World();

    private CachedPolicy learnt() throws InterruptedException {
        world.resolve();
        return used();
    }

    private CachedPolicy used() throws InterruptedException {
        return found(world.resolve()).cached();
    }

    static List<Arguments> records() {
        return List.of(
                Arguments.of("the same id", record("1"), "1"),
                Arguments.of("a new id", record("2"), "2"),
                Arguments.of("no record", new TxtLookup.None(Duration.ZERO), "1"),
                Arguments.of("an invalid record", World.txt("v=STSv1; id=?;"), "1"),
                Arguments.of("two records", World.txt("v=STSv1; id=2;", "v=STSv1; id=3;"), "1"),
                Arguments.of("SERVFAIL", World.servfail(), "1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void aPolicyInUseIsFetchedAgainADayLaterWhateverTheTxtRecordSays(String name, TxtLookup.Answer txt, String id)
            throws InterruptedException {
        learnt();
        world.txt = txt;
        world.https = policy("enforce", WEEK, "mx2.example.com");

        world.pass(Duration.ofHours(12).minus(MINUTE), MINUTE);
        assertThat(world.fetched).hasSize(1);
        world.pass(DAY.plusMinutes(2), MINUTE);

        assertThat(world.fetched).hasSize(2);
        CachedPolicy second = used();
        assertThat(second.policy().lists(DomainName.of("mx2.example.com"))).isTrue();
        assertThat(second.fetchedAt()).isEqualTo(world.fetched.get(1).at());
        assertThat(second.id()).isEqualTo(id);
    }

    @Test
    void aShortLivedPolicyIsRefreshedBeforeItExpires() throws InterruptedException {
        for (long maxAge : new long[] {300, 600, 3600, 86_400, 172_800}) {
            World brief = new World();
            brief.https = policy("enforce", maxAge, "mx.example.com");
            CachedPolicy first = found(brief.resolve()).cached();
            brief.resolve();
            brief.pass(Duration.ofSeconds(maxAge), MINUTE);

            assertThat(brief.fetched).as("max_age %d", maxAge).hasSize(2);
            assertThat(brief.fetched.get(1).at()).isBefore(first.expiresAt());
        }
    }

    @Test
    void aPolicyThatLivesNoLongerThanTheTimeBetweenFetchesIsNotRefreshed() throws InterruptedException {
        world.https = policy("enforce", 100, "mx.example.com");
        learnt();
        world.pass(Duration.ofSeconds(100), Duration.ofSeconds(10));
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aPolicyThatNobodyAsksForIsNotRefreshed() throws InterruptedException {
        world.resolve();
        world.pass(Duration.ofDays(3), HOUR);
        assertThat(world.fetched).hasSize(1);

        used();
        world.pass(MINUTE, MINUTE);
        assertThat(world.fetched).as("asked for, and overdue").hasSize(2);
        world.pass(Duration.ofDays(3), HOUR);
        assertThat(world.fetched).as("not asked for since").hasSize(2);
    }

    @Test
    void peekingIsNotUse() throws InterruptedException {
        world.resolve();
        assertThat(world.resolver().peek(DOMAIN)).isPresent();
        world.pass(Duration.ofDays(3), HOUR);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aSuccessfulRefreshRenewsTheLifetimeOfAnUnchangedPolicy() throws InterruptedException {
        CachedPolicy first = learnt();
        for (int day = 0; day < 28; day++) {
            used();
            world.pass(DAY, HOUR);
        }
        assertThat(used().policy()).isEqualTo(first.policy());
        assertThat(world.clock.instant()).isAfter(first.expiresAt());
        assertThat(world.fetched).hasSizeBetween(18, 58);
        assertThat(world.events).isEmpty();
    }

    @Test
    void aNewPolicyIsFoundThoughItsOwnerForgotTheId() throws InterruptedException {
        learnt();
        world.https = policy("enforce", WEEK, "mx.example.com", "mx2.example.com");
        world.pass(DAY.plusHours(12).plus(MINUTE), MINUTE);
        assertThat(used().policy().lists(DomainName.of("mx2.example.com"))).isTrue();
    }

    @Test
    void aFailedRefreshLeavesThePolicyAsItIsAndBacksOff() throws InterruptedException {
        CachedPolicy before = learnt();
        world.https = response(503, "");
        world.pass(Duration.ofDays(3), MINUTE);

        assertThat(used()).isEqualTo(before);
        List<Long> minutes = new ArrayList<>();
        for (int i = 2; i < 8; i++) {
            minutes.add(Duration.between(
                            world.fetched.get(i - 1).at(), world.fetched.get(i).at())
                    .toMinutes());
        }
        assertThat(minutes).as("and a tick").containsExactly(6L, 11L, 21L, 41L, 61L, 61L);
    }

    @Test
    void aFailedRefreshDoesNotHinderTheFetchOfANewId() throws InterruptedException {
        learnt();
        world.https = response(503, "");
        while (world.fetched.size() < 4) {
            world.pass(MINUTE, MINUTE);
        }
        world.clock.advance(MINUTE);
        world.txt = record("2");
        world.https = policy("enforce", WEEK, "mx2.example.com");

        assertThat(found(world.recheck()).cached().id()).isEqualTo("2");
    }

    @Test
    void theRefreshAfterAFailedFetchOfANewIdWaitsForTheSameBackOff() throws InterruptedException {
        learnt();
        world.txt = record("2");
        world.https = response(503, "");
        world.clock.advance(DAY.plusHours(12).plusSeconds(1));
        world.recheck();
        assertThat(world.fetched).hasSize(2);

        world.pass(Duration.ofMinutes(5), MINUTE);
        assertThat(world.fetched).hasSize(2);
        world.pass(MINUTE, MINUTE);
        assertThat(world.fetched).hasSize(3);
    }

    @Test
    void refreshesAreSpreadAndBounded() throws InterruptedException {
        int domains = 1_200;
        world.settings = world.settings.withFlights(20, 5_000);
        for (int i = 0; i < domains; i++) {
            PolicyDomain domain = PolicyDomain.of(DomainName.of("d" + i + ".example"));
            world.resolver().resolve(domain);
            world.resolver().resolve(domain);
        }
        int[] begun = new int[25];
        for (int hour = 0; hour < 25; hour++) {
            int before = world.fetched.size();
            world.pass(HOUR, MINUTE);
            begun[hour] = world.fetched.size() - before;
        }
        assertThat(begun).startsWith(new int[11]);
        for (int hour = 12; hour < 25; hour++) {
            assertThat(begun[hour]).as("hour %d", hour).isBetween(10, 90);
        }

        world.clock.advance(DAY);
        world.https = response(503, ""); // They come back after five minutes.
        world.fetched.clear();
        world.holdBack();
        world.refresher().tick();
        assertThat(world.runHeldBack()).as("half of the flights").isEqualTo(10);
        int first = world.fetched.size();
        assertThat(first).as("ten minutes' worth, though it is a day late").isBetween(6 * 64 + 64, 10 * 64);

        world.clock.advance(Duration.ofMinutes(6));
        world.refresher().tick();
        assertThat(world.fetched)
                .as("as they land others take off, to the end of the ration of six minutes")
                .hasSize(first + 6 * 64);
        world.refresher().tick();
        assertThat(world.fetched).hasSize(first + 7 * 64);
    }

    @Test
    void theLongestDueComesFirst() throws InterruptedException {
        world.settings = world.settings.withFlights(2, 100);
        for (int i = 0; i < 100; i++) {
            PolicyDomain domain = PolicyDomain.of(DomainName.of("d" + i + ".example"));
            world.resolver().resolve(domain);
            world.resolver().resolve(domain);
        }
        world.https = response(503, "");
        world.clock.advance(Duration.ofDays(2));
        world.fetched.clear();
        world.refresher().tick();
        world.clock.advance(Duration.ofMinutes(6));
        world.refresher().tick();

        assertThat(world.fetched.stream().map(PolicyFetcher.Request::domain).distinct())
                .as("those who have failed do not keep the others waiting")
                .hasSize(100);
    }

    @Test
    void whatTheProcessBeforeHasKeptIsRefreshedInTheCourseOfHalfADay() {
        world.store = Optional.of(world.memory);
        CachedPolicy kept = kept("old.example", world.clock.instant().minus(Duration.ofDays(5)));
        kept("expired.example", world.clock.instant().minus(Duration.ofDays(8)));
        for (int i = 0; i < 200; i++) {
            kept("d" + i + ".example", world.clock.instant().minus(Duration.ofDays(2)));
        }

        world.pass(HOUR, MINUTE);
        assertThat(world.fetched).hasSizeBetween(1, 60);
        world.pass(Duration.ofHours(11).plus(MINUTE), MINUTE);

        assertThat(world.fetched).hasSize(201);
        assertThat(world.memory.find(kept.domain()).orElseThrow().fetchedAt()).isAfter(MovableClock.START);
        world.pass(Duration.ofDays(3), HOUR);
        assertThat(world.fetched).as("once, unless it is used").hasSize(201);
    }

    private CachedPolicy kept(String domain, Instant fetchedAt) {
        try {
            CachedPolicy model = found(new World().resolve()).cached();
            CachedPolicy row = new CachedPolicy(DomainName.of(domain), "1", model.policy(), fetchedAt);
            world.memory.rows.put(row.domain(), row);
            return row;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noMoreIsLoadedThanThereIsRoomFor() {
        world.store = Optional.of(world.memory);
        world.settings = world.settings.withCapacity(10, 10);
        for (int i = 0; i < 100; i++) {
            kept("d" + i + ".example", world.clock.instant());
        }
        world.refresher().tick();

        long loaded = world.memory.rows.keySet().stream()
                .filter(domain -> world.resolver().peek(PolicyDomain.of(domain)).isPresent())
                .count();
        assertThat(loaded).isEqualTo(10);
    }

    @Test
    void aStoreThatCannotBeListedKeepsNothingElseFromItsTurn() throws InterruptedException {
        world.store = Optional.of(new World.MemoryStore() {
            @Override
            public void scan(Consumer<? super CachedPolicy> each) {
                throw new IllegalStateException("a bug");
            }
        });
        learnt();
        world.pass(DAY.plusHours(12).plus(MINUTE), MINUTE);
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aPolicyThatAnotherSenderHasRefreshedIsTakenFromTheStore() throws InterruptedException {
        world.store = Optional.of(world.memory);
        CachedPolicy ours = learnt();
        world.clock.advance(DAY.plusHours(12).plusSeconds(1));
        CachedPolicy theirs =
                new CachedPolicy(NAME, "1", ours.policy(), world.clock.instant().minusSeconds(60));
        world.memory.rows.put(NAME, theirs);

        world.refresher().tick();

        assertThat(world.fetched).hasSize(1);
        assertThat(used()).isEqualTo(theirs);
    }

    @Test
    void aFailingRefreshIsToldAfterThreeMissesAndAtHalfAndNineTenthsOfTheLifetime() throws InterruptedException {
        CachedPolicy policy = learnt();
        world.https = response(503, "");
        while (world.fetched.size() < 3) {
            world.pass(MINUTE, MINUTE);
        }
        assertThat(world.events).isEmpty();
        world.pass(Duration.ofMinutes(12), MINUTE);
        assertThat(world.kinds()).containsExactly(REFRESH_FAILING);
        assertThat(world.fetched).hasSize(4);

        world.clock.set(MovableClock.START.plusSeconds(WEEK / 2 - 60));
        world.refresher().tick();
        assertThat(world.events).hasSize(1);
        world.pass(MINUTE, MINUTE);
        assertThat(world.events).hasSize(2);

        world.clock.set(MovableClock.START.plusSeconds(WEEK / 10 * 9 - 60));
        world.refresher().tick();
        assertThat(world.events).hasSize(2);
        world.pass(HOUR, MINUTE);
        assertThat(world.kinds()).containsExactly(REFRESH_FAILING, REFRESH_FAILING, REFRESH_FAILING);
        assertThat(world.events).allSatisfy(event -> {
            assertThat(event.policy()).isEqualTo(policy);
            assertThat(event.cause().orElseThrow().reason()).isEqualTo("http-503");
        });
    }

    @Test
    void aRefreshThatSucceedsAgainEndsTheAlarm() throws InterruptedException {
        learnt();
        world.https = response(503, "");
        world.pass(Duration.ofDays(2), MINUTE);
        assertThat(world.kinds()).containsExactly(REFRESH_FAILING);

        world.https = policy("enforce", WEEK, "mx.example.com");
        world.pass(Duration.ofHours(2), MINUTE);
        used();
        world.https = response(503, "");
        world.pass(Duration.ofDays(2), MINUTE);
        assertThat(world.kinds())
                .as("another failure, another alarm")
                .containsExactly(REFRESH_FAILING, REFRESH_FAILING);
    }

    @Test
    void nothingIsToldOfAPolicyOfModeNone() throws InterruptedException {
        world.https = policy("none", WEEK);
        learnt();
        world.https = response(503, "");
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.pass(Duration.ofDays(8), MINUTE);

        assertThat(world.fetched).hasSizeGreaterThan(10);
        assertThat(world.events).isEmpty();
    }

    @Test
    void enforcementLastsToTheLastSecondOfABlockedLifetimeAndThenTheExpiryIsTold() throws InterruptedException {
        CachedPolicy policy = learnt();
        world.https = new PolicyFetcher.Unreachable("connection-refused", "refused");
        world.txt = new TxtLookup.None(Duration.ZERO);
        while (world.clock.instant().isBefore(policy.expiresAt())) {
            assertThat(used()).isEqualTo(policy);
            world.pass(MINUTE, MINUTE);
        }
        assertThat(world.clock.instant()).isEqualTo(policy.expiresAt());
        assertThat(used()).isEqualTo(policy);
        assertThat(world.kinds())
                .containsExactlyInAnyOrder(TXT_GONE, REFRESH_FAILING, REFRESH_FAILING, REFRESH_FAILING);

        world.clock.advance(Duration.ofSeconds(1));
        world.refresher().tick();
        world.pass(HOUR, MINUTE);

        assertThat(world.resolve().applicable()).isEmpty();
        assertThat(world.kinds()).hasSize(5).endsWith(EXPIRED_UNREFRESHED);
        assertThat(world.events.get(4).policy()).isEqualTo(policy);
    }

    @Test
    void aPolicyThatExpiresDuringItsOnlyRefreshIsTold() throws InterruptedException {
        CachedPolicy policy = learnt();
        world.clock.set(policy.expiresAt());
        world.https = new PolicyFetcher.TimedOut(Duration.ofSeconds(60));
        world.duringFetch = () -> world.clock.advance(Duration.ofSeconds(60));
        world.refresher().tick();
        assertThat(world.resolve().applicable()).isEmpty();
        world.refresher().tick();
        assertThat(world.kinds()).containsExactly(EXPIRED_UNREFRESHED);
    }

    @Test
    void aPolicyThatMerelyExpiresIsNotTold() throws InterruptedException {
        world.resolve();
        world.pass(Duration.ofDays(8), HOUR);
        assertThat(world.events).isEmpty();
    }

    @Test
    void aClockThatIsSetBackDoesNotPutRefreshesOffForYears() throws InterruptedException {
        world.clock.advance(Duration.ofDays(3650));
        learnt();
        world.clock.advance(Duration.ofDays(-3650));
        world.refresher().tick();

        assertThat(world.fetched).hasSize(2);
        assertThat(used().fetchedAt()).isEqualTo(MovableClock.START);
    }

    @Test
    void whatWasForgottenIsNotRefreshed() throws InterruptedException {
        learnt();
        world.resolver().invalidate(DOMAIN);
        world.pass(Duration.ofDays(2), HOUR);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aClosedRefresherBeginsNothing() throws InterruptedException {
        learnt();
        world.clock.advance(Duration.ofDays(2));
        world.refresher().close();
        world.refresher().tick();
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aRefresherWhoseResolverIsClosedComesToAnEnd() throws InterruptedException {
        learnt();
        world.clock.advance(Duration.ofDays(2));
        world.resolver().close();
        world.refresher().tick();
        assertThat(world.fetched).hasSize(1);
        assertThat(world.resolver().peek(DOMAIN)).isPresent();
    }

    @Test
    void closingEndsTheRefresherThread() throws InterruptedException {
        PolicyRefresher refresher = world.refresher();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        refresher.start();
        Thread thread = Thread.getAllStackTraces().keySet().stream()
                .filter(one -> !before.contains(one))
                .filter(one -> one.getName().equals("mtasts4j-refresher"))
                .findFirst()
                .orElseThrow();
        assertThat(thread.isDaemon()).isTrue();
        assertThatIllegalStateException().isThrownBy(refresher::start);

        refresher.close();
        thread.join();
        refresher.close(); // Twice is once.
    }
}
