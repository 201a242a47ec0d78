// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The DNS, the Policy Hosts and the time for one resolver. Policies have numbers; all domains publish the same one. Small,
 * as one is made for each meeting of two threads.
 */
public final class Outside implements TxtLookup, PolicyFetcher, InstantSource {

    public static final PolicyDomain BANK = PolicyDomain.of(DomainName.of("bank.example"));
    public static final PolicyDomain SHOP = PolicyDomain.of(DomainName.of("shop.example"));
    public static final int NO_POLICY = 0;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final TxtLookup.Answer NO_RECORD = new TxtLookup.None(Duration.ofMinutes(5));
    private static final List<TxtLookup.Answer> RECORDS = List.of(NO_RECORD, recordOf(1), recordOf(2));
    private static final List<PolicyFetcher.Result> RESPONSES = List.of(responseOf(0), responseOf(1), responseOf(2));
    private static final List<Policy> POLICIES = List.of(policy(0), policy(1), policy(2));

    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile int published;
    private volatile Instant now = START;

    public Outside(int published) {
        this.published = published;
    }

    // ---- the resolver in the middle ----

    /** One at a time is discovered, so that a permit which is not given back is missed at once. */
    public PolicyResolver resolver(Executor executor, Optional<PolicyStore> store) {
        ResolverSettings settings = ResolverSettings.defaults().withFlights(1, 10);
        return new PolicyResolver(
                this, this, store, new ResolverListener() {}, TimeSource.of(this), executor, settings);
    }

    /** A resolver that does everything in the thread of whoever asks. */
    public PolicyResolver resolver() {
        return resolver(Runnable::run, Optional.empty());
    }

    // ---- what is out there ----

    public void publish(int number) {
        published = number;
    }

    public void advance(Duration step) {
        now = now.plus(step);
    }

    public int queries() {
        return queries.get();
    }

    public int fetches() {
        return fetches.get();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public TxtLookup.Answer lookup(DomainName name) {
        queries.incrementAndGet();
        Chance.dawdle();
        return RECORDS.get(published);
    }

    @Override
    public PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        fetches.incrementAndGet();
        Chance.dawdle();
        return RESPONSES.get(published);
    }

    private static TxtLookup.Answer recordOf(int number) {
        return new TxtLookup.Records(List.of(octets("v=STSv1; id=" + number + ";")), Duration.ofHours(1));
    }

    private static PolicyFetcher.Result responseOf(int number) {
        return new PolicyFetcher.Response(200, List.of("text/plain"), List.of(), body(number));
    }

    private static Policy policy(int number) {
        return new PolicyParser(Grammar.STRICT).parse(body(number)).orElseThrow();
    }

    private static byte[] body(int number) {
        return octets("version: STSv1\r\nmode: enforce\r\nmx: mx" + number + ".example\r\nmax_age: 604800\r\n");
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // ---- policies by their numbers ----

    /** The policy of that number of the bank: the higher, the later it was fetched, and all of them in the past. */
    public static CachedPolicy policyOfBank(int number) {
        Instant fetchedAt = START.minus(Duration.ofMinutes(10L - number));
        return new CachedPolicy(
                DomainName.of("bank.example"), Integer.toString(number), POLICIES.get(number), fetchedAt);
    }

    public static int number(Optional<CachedPolicy> policy) {
        return policy.map(found -> POLICIES.indexOf(found.policy())).orElse(NO_POLICY);
    }

    public static int number(PolicyResolution resolution) {
        return number(resolution.applicable());
    }

    public static int resolve(PolicyResolver resolver, PolicyDomain domain) {
        try {
            return number(resolver.resolve(domain));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static int recheck(PolicyResolver resolver, PolicyDomain domain) {
        try {
            return number(resolver.recheck(domain));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What somebody was told who has waited: the number of a policy, why there is none, or nothing at all. */
    public static String told(CompletableFuture<PolicyResolution> answer) {
        if (!answer.isDone()) {
            return "nothing";
        }
        PolicyResolution resolution = answer.join();
        return resolution
                        .failure()
                        .filter(failure -> failure.code() == FailureCode.CLOSED)
                        .isPresent()
                ? "CLOSED"
                : Integer.toString(number(resolution));
    }
}
