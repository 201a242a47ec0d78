// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Somebody has mail sent to as many domains as he can think of: a million, fifty times what is remembered.
 */
final class FloodTest {

    private static final int JUNK = 1_000_000;
    private static final int LIVE = 10_000;
    private static final int HOSTILE = 1_000;
    private static final int REMEMBERED = 20_000;
    private static final int LARGEST_BODY = 65_536;
    private static final Duration WEEK = Duration.ofDays(7);

    /** For a domain without a policy: an answer, and what is remembered of the fetch. Some 500 octets are measured. */
    private static final long OCTETS_A_NEGATIVE = 1024;

    /** Four times what the Policy Host may send: its lines are kept as text, its patterns as names. 160 KiB are measured. */
    private static final long OCTETS_A_HOSTILE_POLICY = 4 * LARGEST_BODY;

    private static final long SLACK = 8 * 1024 * 1024;

    private final MovableClock clock = new MovableClock();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger forgedIds = new AtomicInteger();
    private final byte[] hostile = largestPolicy();
    private final MtaSts sts = MtaSts.builder(this::lookUp, this::fetch)
            .withoutRefresh()
            .clock(clock)
            .executor(Runnable::run)
            .settings(ResolverSettings.defaults()
                    .withRecheckInterval(Duration.ZERO)
                    .withCapacity(1_000_000, REMEMBERED))
            .build();

    private TxtLookup.Answer lookUp(DomainName name) {
        queries.incrementAndGet();
        String text = name.toString();
        int number = text.hashCode() & 3;
        if (text.startsWith("_mta-sts.forged")) {
            return record("v=STSv1; id=" + forgedIds.incrementAndGet() + ";");
        }
        if (!text.startsWith("_mta-sts.junk") || number == 0) {
            return record("v=STSv1; id=1;");
        }
        return switch (number) {
            case 1 -> new TxtLookup.None(Duration.ofDays(1));
            case 2 -> new TxtLookup.Unavailable("dns-servfail", "SERVFAIL");
            default -> record("v=STSv1; id=;");
        };
    }

    private static TxtLookup.Answer record(String text) {
        return new TxtLookup.Records(List.of(text.getBytes(StandardCharsets.US_ASCII)), Duration.ofDays(1));
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        fetches.incrementAndGet();
        String domain = request.domain().toString();
        if (domain.startsWith("live")) {
            String policy = RecipientDomain.policy(Mode.ENFORCE, WEEK, "mx1." + domain, "*." + domain);
            return page(policy.getBytes(StandardCharsets.US_ASCII));
        }
        return domain.startsWith("hostile")
                ? page(hostile.clone())
                : new PolicyFetcher.Unreachable("connection-refused", "nobody is at home");
    }

    private static PolicyFetcher.Result page(byte[] body) {
        return new PolicyFetcher.Response(200, List.of("text/plain"), List.of(), body);
    }

    /** As many and as long patterns as the limits leave room for. */
    private static byte[] largestPolicy() {
        String label = "x".repeat(60);
        StringBuilder policy = new StringBuilder("version: STSv1\nmode: enforce\nmax_age: 31557600\n");
        for (int i = 0; policy.length() < LARGEST_BODY - 260; i++) {
            policy.append("mx: *.m").append(1000 + i);
            policy.append(("." + label).repeat(4)).append('\n');
        }
        return policy.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private PolicyResolution resolve(String kind, int number) throws InterruptedException {
        return sts.resolve(PolicyDomain.of(DomainName.of(kind + number + ".example")));
    }

    private void flood(String kind, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            resolve(kind, i);
        }
    }

    private static long heapInUse() {
        System.gc();
        System.gc(); // The first one leaves what is softly or weakly held.
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void neitherJunkDomainsNorHostilePoliciesDisplaceOneLivePolicy() throws Exception {
        flood("live", LIVE);
        long before = heapInUse();
        flood("junk", JUNK);
        long afterJunk = heapInUse();
        flood("hostile", HOSTILE);
        long afterHostile = heapInUse();
        int asked = queries.get();

        for (int i = 0; i < LIVE; i++) {
            assertThat(resolve("live", i).mode()).isEqualTo(Mode.ENFORCE);
        }
        assertThat(queries).hasValue(asked); // All of them from memory.
        assertThat(afterJunk - before).isLessThan(REMEMBERED * OCTETS_A_NEGATIVE + SLACK);
        assertThat(afterHostile - afterJunk).isLessThan(HOSTILE * OCTETS_A_HOSTILE_POLICY + SLACK);
        assertThat(resolve("hostile", 0).mode()).isEqualTo(Mode.ENFORCE); // The policies were taken, large as they are.
        assertThat(hostile).hasSizeBetween(LARGEST_BODY - 300, LARGEST_BODY);
    }

    @Test
    void whoForgesANewIdInEachAnswerDoesNotSetThePaceOfFetches() throws Exception {
        PolicyDomain domain = PolicyDomain.of(DomainName.of("forged.example"));
        int minutes = 20;
        for (int second = 0; second < minutes * 60; second++) {
            sts.recheck(domain);
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(forgedIds).hasValue(minutes * 60);
        assertThat(fetches.get()).isBetween(1, minutes);
    }
}
