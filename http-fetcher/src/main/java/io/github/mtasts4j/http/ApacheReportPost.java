// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Submits TLS reports over HTTPS (RFC 8460 §5.4): one POST through the client of an {@link ApachePolicyFetcher}, closed down in the
 * same way. No redirect, no second try, no proxy, no cookie, no content coding; an address that was looked up once and vetted; a
 * certificate that was verified before an octet of the report was sent. Of the answer the status counts, its body is not read.
 *
 * <p>Its {@link #post} is what {@code ReportSender} of {@code mtasts4j-tls-report} takes: {@code ApacheReportPost.through(fetcher)::post}.
 *
 * <p>Immutable and thread-safe. It lives as long as the fetcher, and there is nothing to close.
 */
public final class ApacheReportPost {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final GuardedRequests requests;
    private final GuardedRequest.Terms terms;
    private final Duration timeout;
    private final InstantSource clock;
    private final boolean validatedOnly;

    private ApacheReportPost(
            GuardedRequests requests,
            GuardedRequest.Terms terms,
            Duration timeout,
            InstantSource clock,
            boolean validatedOnly) {
        this.requests = requests;
        this.terms = terms;
        this.timeout = timeout;
        this.clock = clock;
        this.validatedOnly = validatedOnly;
    }

    /**
     * Posts with the look-up, the trust, the port and the threads of a fetcher, to public addresses only: what its guard allows in
     * addition was allowed for policy hosts, and a stranger chooses the path of a report.
     *
     * @param fetcher the fetcher, which is to be closed after the last post
     * @return an instance with a minute for each post
     */
    public static ApacheReportPost through(ApachePolicyFetcher fetcher) {
        return new ApacheReportPost(
                fetcher.requests(),
                fetcher.terms().with(AddressGuard.publicOnly()),
                TIMEOUT,
                InstantSource.system(),
                true);
    }

    /**
     * With another time for the whole of a post, from the look-up of the address to the head of the answer.
     *
     * @param limit more than zero
     * @return another instance
     * @throws IllegalArgumentException if it is not
     */
    public ApacheReportPost withTimeout(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("a timeout has to be more than zero");
        }
        return new ApacheReportPost(requests, terms, limit, clock, validatedOnly);
    }

    /**
     * With another clock.
     *
     * @param source the time by which certificates are judged
     * @return another instance
     */
    public ApacheReportPost withClock(InstantSource source) {
        return new ApacheReportPost(requests, terms, timeout, source, validatedOnly);
    }

    /**
     * With other addresses than public ones, for tests and for one's own receiver of reports.
     *
     * @param guard asked about every address
     * @return another instance
     */
    public ApacheReportPost withAddressGuard(AddressGuard guard) {
        return new ApacheReportPost(requests, terms.with(guard), timeout, clock, validatedOnly);
    }

    /**
     * Posts once more without a look at the certificate where it is not valid, as RFC 8460 §3 permits. Whoever is on the path can then
     * have the report, which tells with whom mail was exchanged. Off by default.
     *
     * @return another instance
     */
    public ApacheReportPost evenIfNotValidated() {
        return new ApacheReportPost(requests, terms, timeout, clock, false);
    }

    /**
     * Makes the POST. Waits for the network, at most a minute or what was set, and twice that in all if an invalid certificate is let
     * pass.
     *
     * @param host to whom, on port 443
     * @param target the path and the query; begins with a slash, printable ASCII without a space
     * @param mediaType such as {@code application/tlsrpt+gzip}, without parameters
     * @param body the report; not copied
     * @return a {@link PolicyFetcher.Response} with the status and an empty body, if there was an answer; otherwise what kept it from
     *     coming about
     * @throws InterruptedException if the thread was interrupted while it waited; the request has been given up
     * @throws IllegalArgumentException if the host's name cannot be sent as SNI, or the target is none
     * @throws IllegalStateException if the fetcher has been closed
     */
    public Result post(DomainName host, String target, String mediaType, byte[] body) throws InterruptedException {
        if (!target.startsWith("/") || !target.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("not a target: \"" + RemoteText.safe(target) + "\"");
        }
        Instant now = clock.instant();
        Errand errand = PostErrand.of(host, target, mediaType, body, now);
        Result result = requests.make(terms, errand, timeout);
        return validatedOnly || !(result instanceof CertificateRejected)
                ? result
                : requests.make(terms.with((presented, name, at) -> List.of()), errand, timeout);
    }
}
