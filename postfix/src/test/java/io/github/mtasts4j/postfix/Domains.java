// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What some domains publish: DNS and Policy Hosts in one. */
final class Domains implements TxtLookup, PolicyFetcher {

    private final Map<String, String> policies = new ConcurrentHashMap<>();
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    final AtomicInteger fetches = new AtomicInteger();

    MtaSts.Builder sts() {
        return MtaSts.builder(this, this).withoutRefresh();
    }

    Domains publish(String domain, String mode, String... mx) {
        StringBuilder text = new StringBuilder("version: STSv1\nmode: " + mode + "\n");
        for (String pattern : mx) {
            text.append("mx: ").append(pattern).append('\n');
        }
        return publishText(domain, text + "max_age: 604800\n");
    }

    Domains publishText(String domain, String text) {
        policies.put(domain, text);
        return this;
    }

    /** Its DNS does not answer until it is let go. */
    Held hold(String domain) {
        return held.computeIfAbsent(domain, name -> new Held(new CountDownLatch(1), new CountDownLatch(1)));
    }

    /** A question that waits for its answer. */
    record Held(CountDownLatch asked, CountDownLatch answered) {

        void awaitQuestion() throws InterruptedException {
            asked.await();
        }

        void letGo() {
            answered.countDown();
        }
    }

    @Override
    public Answer lookup(DomainName name) throws InterruptedException {
        String domain = name.toString().substring("_mta-sts.".length());
        Held question = held.get(domain);
        if (question != null) {
            question.asked.countDown();
            question.answered.await();
        }
        if (domain.startsWith("dnsdown.")) {
            return new Unavailable("dns-servfail", "SERVFAIL");
        }
        return policies.containsKey(domain)
                ? new Records(
                        List.of("v=STSv1; id=20260101;".getBytes(StandardCharsets.US_ASCII)), Duration.ofMinutes(5))
                : new None(Duration.ofMinutes(5));
    }

    @Override
    public Result fetch(Request request) {
        fetches.incrementAndGet();
        String text = policies.getOrDefault(request.domain().toString(), "");
        return new Response(200, List.of("text/plain"), List.of(), text.getBytes(StandardCharsets.UTF_8));
    }
}
