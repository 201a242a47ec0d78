// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which questions are asked, when, and whose answer governs. */
final class PolicyResolverTest {

    private final World world = new World();

    @Test
    void anUnknownDomainCostsOneTxtQueryAndOneGet() throws InterruptedException {
        PolicyResolution.Found found = found(world.resolve());

        assertThat(world.asked).containsExactly(DomainName.of("_mta-sts.example.com"));
        assertThat(world.fetched).hasSize(1);
        PolicyFetcher.Request request = world.fetched.get(0);
        assertThat(request.host()).isEqualTo(DomainName.of("mta-sts.example.com"));
        assertThat(request.url()).isEqualTo("https://mta-sts.example.com/.well-known/mta-sts.txt");
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(request.maxBodyOctets()).isEqualTo(65_536);
        assertThat(found.freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(found.failure()).isEmpty();
        assertThat(found.cached().id()).isEqualTo("1");
        assertThat(found.cached().fetchedAt()).isEqualTo(world.clock.instant());
        assertThat(found.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(found.domain()).isEqualTo(DOMAIN);
    }

    @Test
    void aKnownDomainCostsNothing() throws InterruptedException {
        world.resolve();

        PolicyResolution warm = world.resolve();

        assertThat(found(warm).freshness()).isEqualTo(Freshness.CACHED);
        assertThat(world.resolve()).isSameAs(warm);
        assertThat(world.asked).hasSize(1);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void theParentDomainIsNeverAsked() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ZERO);

        assertThat(world.resolver().resolve(PolicyDomain.ofDomain("mail.example.com")))
                .isInstanceOf(PolicyResolution.Absent.class);
        assertThat(world.asked).containsExactly(DomainName.of("_mta-sts.mail.example.com"));
    }

    @Test
    void withoutTheRightRecordNothingIsFetched() throws InterruptedException {
        for (TxtLookup.Answer answer : new TxtLookup.Answer[] {
            new TxtLookup.None(Duration.ZERO), World.servfail(), World.txt("v=spf1 -all"), World.txt("v=STSv1; id=;")
        }) {
            world.txt = answer;
            world.recheck();
        }

        assertThat(world.asked).hasSize(4);
        assertThat(world.fetched).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 60", "59, 60", "60, 60", "61, 61", "3599, 3599", "3600, 3600", "3601, 3600", "604800, 3600"})
    void theTxtRecordIsLookedAtAgainWhenItsTtlIsOver(long ttl, long looksAfter) throws InterruptedException {
        world.txt = new TxtLookup.Records(record("1").values(), Duration.ofSeconds(ttl));
        world.resolve();

        world.clock.advance(Duration.ofSeconds(looksAfter - 1));
        world.resolve();
        assertThat(world.asked).hasSize(1);

        world.clock.advance(Duration.ofSeconds(1));
        world.resolve();
        assertThat(world.asked).hasSize(2);
        assertThat(world.fetched).as("the id is the same").hasSize(1);
        world.resolve();
        assertThat(world.asked).as("not due again").hasSize(2);
    }

    @Test
    void aWarmCallerDoesNotWaitForTheRecheckItSetsOff() throws InterruptedException {
        PolicyResolution.Found first = found(world.resolve());
        world.clock.advance(World.TTL);
        world.txt = record("2");
        world.https = policy("none", World.WEEK);
        world.holdBack();

        assertThat(found(world.resolve()).cached()).isEqualTo(first.cached());
        assertThat(found(world.resolve()).cached()).isEqualTo(first.cached());
        assertThat(world.asked).hasSize(1);

        assertThat(world.runHeldBack()).as("one for both").isEqualTo(1);
        assertThat(found(world.resolve()).cached().id()).isEqualTo("2");
        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.CACHED);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "AbC, abc", "20240101, 20230101", "1, 01"})
    void anyOtherIdIsANewOne(String before, String after) throws InterruptedException {
        world.txt = record(before);
        world.resolve();
        world.clock.advance(World.TTL);
        world.txt = record(after);

        world.resolve();

        assertThat(world.fetched).hasSize(2);
        assertThat(found(world.resolve()).cached().id()).isEqualTo(after);
    }

    @Test
    void whateverIsPublishedNextReplacesThePolicyAtOnce() throws InterruptedException {
        PolicyFetcher.Result[] next = {
            policy("none", 86_400),
            policy("enforce", World.WEEK, "mx.example.com"),
            policy("testing", 86_400, "mx.example.com"),
            policy("enforce", 60, "mx.elsewhere.example")
        };
        Mode[] modes = {Mode.NONE, Mode.ENFORCE, Mode.TESTING, Mode.ENFORCE};
        world.resolve();

        for (int i = 0; i < next.length; i++) {
            world.clock.advance(World.TTL);
            world.txt = record("new" + i);
            world.https = next[i];
            world.resolve();
            CachedPolicy now = found(world.resolve()).cached();
            assertThat(now.id()).isEqualTo("new" + i);
            assertThat(now.policy().mode()).isEqualTo(modes[i]);
            assertThat(now.fetchedAt()).isEqualTo(world.clock.instant());
        }
        assertThat(found(world.resolve()).cached().policy().lists(DomainName.of("mx.example.com")))
                .isFalse();
    }

    @Test
    void aClockThatWasSetBackDoesNotKeepNewPoliciesOut() throws InterruptedException {
        world.clock.advance(Duration.ofDays(300));
        world.resolve();
        world.clock.set(MovableClock.START);
        world.txt = record("2");
        world.https = policy("none", 86_400);

        world.resolve();

        assertThat(found(world.resolve()).cached().id()).isEqualTo("2");
    }

    @Test
    void peekAsksNobody() throws InterruptedException {
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        CachedPolicy cached = found(world.resolve()).cached();
        assertThat(world.resolver().peek(DOMAIN)).contains(cached);
        world.clock.set(cached.expiresAt().plusNanos(1));
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void invalidateForgetsPolicyAndBackOff() throws InterruptedException {
        world.resolve();
        world.resolver().invalidate(DOMAIN);
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();

        world.https = World.response(500, "");
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
        world.resolver().invalidate(DOMAIN);
        world.https = policy("enforce", World.WEEK, "mx.example.com");
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Found.class);
        assertThat(world.fetched).hasSize(3);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ".",
                "evil@127.0.0.1",
                "a#b.example",
                "a/../b",
                "a:8443",
                "a b.example",
                "a\\046b.example",
                "a%2eb.example",
                "fa\u00df.de",
                "a\r\nb.example",
                "0x7f.1",
                "-a.example",
                "_x.example.com"
            })
    void whatIsNoDomainIsNotLookedUp(@Nullable String text) throws InterruptedException {
        PolicyResolution answer = world.resolver().resolve(PolicyDomain.ofDomain(text));

        assertThat(answer).isInstanceOf(PolicyResolution.Unusable.class);
        StsFailure failure = World.failure(answer);
        assertThat(failure.code()).isEqualTo(FailureCode.DOMAIN_INVALID);
        assertThat(failure.toString()).matches("[ -~]+");
        assertThat(world.asked).isEmpty();
        assertThat(world.fetched).isEmpty();
    }

    @Test
    void aDomainTooLongForThePrefixIsNotLookedUp() throws InterruptedException {
        String label = "a".repeat(60) + ".";
        PolicyDomain domain = PolicyDomain.ofDomain(label.repeat(4) + "example"); // 251 octets

        assertThat(World.failure(world.resolver().recheck(domain)).code()).isEqualTo(FailureCode.DOMAIN_INVALID);
        assertThat(world.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[192.0.2.1]",
                "192.0.2.1",
                "[IPv6:2001:db8::1]",
                "2001:db8::1",
                "localhost",
                "mail",
                "printer.local",
                "abc.onion",
                "2.0.192.in-addr.arpa"
            })
    void whatCanHaveNoPolicyIsNotLookedUp(String text) throws InterruptedException {
        PolicyDomain domain = PolicyDomain.ofSmartHost(text);

        assertThat(world.resolver().resolve(domain)).isEqualTo(new PolicyResolution.Absent(domain));
        assertThat(world.resolver().recheck(domain)).isEqualTo(new PolicyResolution.Absent(domain));
        assertThat(world.resolver().resolveAsync(domain, Runnable::run))
                .isCompletedWithValue(new PolicyResolution.Absent(domain));
        assertThat(world.resolver().peek(domain)).isEmpty();
        world.resolver().invalidate(domain);
        assertThat(world.asked).isEmpty();
    }

    @Test
    void onlyTheCallerWhoWaitsForAFetchSeesItAsFresh() throws InterruptedException {
        Instant start = world.clock.instant();
        assertThat(world.resolve().isRechecked()).isTrue();
        assertThat(world.resolve().isRechecked()).isFalse();
        assertThat(found(world.resolve()).failure()).isEqualTo(Optional.empty());
        assertThat(found(world.resolve()).cached().fetchedAt()).isEqualTo(start);
    }
}
