// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a sender knows of a domain before something goes wrong: an axis of the {@link FaultMatrixTest}. */
enum CacheState {
    // LIVE_ENFORCE is so young that a re-check does not fetch it once more though its id is unchanged (decision D24).
    NOTHING(null, "", Duration.ZERO),
    LIVE_ENFORCE(Mode.ENFORCE, CacheState.PUBLISHED_ID, Duration.ofMinutes(5)),
    LIVE_TESTING(Mode.TESTING, CacheState.PUBLISHED_ID, Duration.ofDays(2)),
    LIVE_NONE(Mode.NONE, CacheState.PUBLISHED_ID, Duration.ofDays(2)),
    EXPIRED_ENFORCE(Mode.ENFORCE, CacheState.PUBLISHED_ID, Duration.ofDays(8)),
    LIVE_ENFORCE_WITH_OTHER_ID(Mode.ENFORCE, "1", Duration.ofDays(2)),
    LIVE_TESTING_WITH_OTHER_ID(Mode.TESTING, "1", Duration.ofDays(2)),
    LIVE_NONE_WITH_OTHER_ID(Mode.NONE, "1", Duration.ofDays(2));

    /** The id that every domain's TXT record has. */
    static final String PUBLISHED_ID = "2";

    private static final Duration MAX_AGE = Duration.ofDays(7);

    private final @Nullable Mode mode;
    private final String id;
    private final Duration age;

    CacheState(@Nullable Mode mode, String id, Duration age) {
        this.mode = mode;
        this.id = id;
        this.age = age;
    }

    /** All of them dealt out in {@code lots} lots, and of these the one with this number, which may be any. */
    static List<CacheState> lot(int number, int lots) {
        List<CacheState> all = List.of(values());
        return IntStream.iterate(number % lots, i -> i < all.size(), i -> i + lots)
                .mapToObj(all::get)
                .toList();
    }

    /** What is in the store at the start, live or not. */
    Optional<CachedPolicy> stored(DomainName domain) {
        return mode == null ? Optional.empty() : Optional.of(policy(domain, mode, id, MovableClock.START.minus(age)));
    }

    /** The policy that is in force at the start. */
    Optional<CachedPolicy> live(DomainName domain) {
        return stored(domain).filter(policy -> policy.isLive(MovableClock.START));
    }

    /** The policy that an honest Policy Host has for a domain now, as it has to be kept. */
    static CachedPolicy published(DomainName domain) {
        return policy(domain, Mode.ENFORCE, PUBLISHED_ID, MovableClock.START);
    }

    /** What an honest Policy Host serves. */
    static String publishedText(DomainName domain) {
        return text(domain, Mode.ENFORCE);
    }

    /** The same policy, fetched at another time. */
    static CachedPolicy fetched(CachedPolicy policy, Instant at) {
        return new CachedPolicy(policy.domain(), policy.id(), policy.policy(), at);
    }

    /** What was in force an hour before this policy was fetched: one that only asked for reports. */
    static CachedPolicy beforeIt(CachedPolicy policy) {
        return policy(policy.domain(), Mode.TESTING, "0", policy.fetchedAt().minus(Duration.ofHours(1)));
    }

    static DomainName goodMx(DomainName domain) {
        return domain.child("mx").orElseThrow();
    }

    private static CachedPolicy policy(DomainName domain, Mode mode, String id, Instant fetchedAt) {
        byte[] body = text(domain, mode).getBytes(StandardCharsets.US_ASCII);
        return new CachedPolicy(
                domain, id, new PolicyParser(Grammar.STRICT).parse(body).orElseThrow(), fetchedAt);
    }

    private static String text(DomainName domain, Mode mode) {
        return RecipientDomain.policy(mode, MAX_AGE, goodMx(domain).toString());
    }
}
