// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Domains by number, with their policies, all answers being there at once: names of 35 characters, three patterns, the mail
 * with one of a thousand providers.
 *
 * @param size how many domains
 * @param policies how many different policies they have
 */
public record Population(int size, int policies) {

    private static final int PROVIDERS = 1000;
    private static final String SUFFIX = ".example";
    private static final Duration DAY = Duration.ofDays(1);

    /** Each domain with a policy of its own. */
    public static Population different(int size) {
        return new Population(size, size);
    }

    /** A fresh string each time, as a mail server cuts it out of an address. */
    public String domain(int number) {
        return String.format("recipient-domain-%010d%s", number, SUFFIX);
    }

    /** The host that takes a domain's mail. */
    public String mx(int number) {
        return "mx1." + provider(number);
    }

    private String provider(int number) {
        return String.format("provider-%03d.mailhosting%s", number % policies % PROVIDERS, SUFFIX);
    }

    /** Some two hundred octets. */
    public String policy(int number) {
        String provider = provider(number);
        return "version: STSv1\r\nmode: enforce\r\nmx: mx1." + provider + "\r\nmx: mx2." + provider + "\r\nmx: *."
                + provider + "\r\nmax_age: " + (10_000_000 + number % policies) + "\r\n";
    }

    /** Fourteen digits, the same for those who have the same policy. */
    public String id(int number) {
        return String.format("%014d", 20_260_101_000_000L + number % policies);
    }

    /** What a store would have of a domain. */
    public CachedPolicy cached(int number, Instant fetchedAt) {
        byte[] body = policy(number).getBytes(StandardCharsets.US_ASCII);
        return new CachedPolicy(
                DomainName.of(domain(number)),
                id(number),
                new PolicyParser(Grammar.LENIENT).parse(body).orElseThrow(),
                fetchedAt);
    }

    /**
     * A sender that knows nobody yet, does everything in the caller's thread, and has room for all policies. Fetches it
     * remembers only a thousand of, as if the others had been made hours ago.
     */
    public MtaSts newSender() {
        return MtaSts.builder(txt(), fetcher())
                .withoutRefresh()
                .executor(Runnable::run)
                .settings(ResolverSettings.defaults().withCapacity(4L * size, 1000))
                .build();
    }

    /** A sender that knows everybody. */
    public MtaSts newWarmSender() throws InterruptedException {
        MtaSts sender = newSender();
        for (int i = 0; i < size; i++) {
            PolicyDomain domain = PolicyDomain.ofDomain(domain(i));
            if (sender.resolve(domain).applicable().isEmpty()) {
                throw new IllegalStateException("no policy for " + domain);
            }
        }
        return sender;
    }

    public TxtLookup txt() {
        return name -> {
            byte[] record = ("v=STSv1; id=" + id(number(name)) + ";").getBytes(StandardCharsets.US_ASCII);
            return new TxtLookup.Records(List.of(record), DAY);
        };
    }

    public PolicyFetcher fetcher() {
        return request -> new PolicyFetcher.Response(
                200,
                List.of("text/plain"),
                List.of(),
                policy(number(request.host())).getBytes(StandardCharsets.US_ASCII));
    }

    private static int number(DomainName name) {
        String text = name.toString();
        int end = text.length() - SUFFIX.length();
        return Integer.parseInt(text, end - 10, end, 10);
    }
}
