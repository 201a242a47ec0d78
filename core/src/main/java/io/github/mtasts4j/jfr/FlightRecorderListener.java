// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes events of JDK Flight Recorder out of what it is told, in the category MTA-STS. To be given to the builder as
 * listener and as recorder. While nobody records, it does next to nothing.
 *
 * <p>A recording has all events by default but {@code io.github.mtasts4j.AttemptPassed}: every message that is delivered
 * as its policy demands makes one, and they would push the rest out of a recording of bounded size. The name of a domain
 * stands in many events, so a recording tells with whom mail was exchanged. No event has a policy's text, and what else
 * came from a stranger is one printable line.
 *
 * <p>Needs the module {@code jdk.jfr}. An application on the module path requires it itself.
 */
public final class FlightRecorderListener implements ResolverListener, TlsReportRecorder {

    /** Makes a listener; it keeps nothing. */
    public FlightRecorderListener() {}

    @Override
    public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        PolicyFetched event = new PolicyFetched();
        if (event.isEnabled()) {
            event.fill(policy, before);
            event.commit();
        }
    }

    @Override
    public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
        DiscoveryFailed event = new DiscoveryFailed();
        if (event.isEnabled()) {
            event.fill(domain, failure, kept);
            event.commit();
        }
    }

    @Override
    public void policyEvent(PolicyEvent news) {
        PolicyNews event = new PolicyNews();
        if (event.isEnabled()) {
            event.fill(news);
            event.commit();
        }
    }

    @Override
    public void healthEvent(HealthEvent news) {
        HealthNews event = new HealthNews();
        if (event.isEnabled()) {
            event.fill(news);
            event.commit();
        }
    }

    @Override
    public void overrideEvent(OverrideEvent news) {
        OverrideNews event = new OverrideNews();
        if (event.isEnabled()) {
            event.fill(news);
            event.commit();
        }
    }

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        boolean passed = decision.verdict() == DeliveryDecision.Verdict.DELIVER
                && decision.violations().isEmpty();
        Attempt event = passed ? new Attempt.Passed() : new Attempt.Failed();
        if (event.isEnabled()) {
            event.fill(decision);
            event.commit();
        }
    }
}
