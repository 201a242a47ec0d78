// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** What the DNS and the Policy Host say, what time it is, and a recorder that writes one line for each thing it is told. */
final class Script implements TlsReportRecorder {

    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    volatile TxtLookup.Answer txt = record("1");
    volatile PolicyFetcher.Result https = policy("enforce", "mx.example.com");
    final List<String> recorded = new CopyOnWriteArrayList<>();

    /** A front door in this world, where discoveries run in the caller's thread. */
    MtaSts.Builder builder() {
        return MtaSts.builder(name -> txt, request -> https)
                .clock(() -> now)
                .executor(Runnable::run)
                .recorder(this);
    }

    static TxtLookup.Records record(String id) {
        return txt("v=STSv1; id=" + id + ";");
    }

    static TxtLookup.Records txt(String... values) {
        return new TxtLookup.Records(
                List.of(values).stream()
                        .map(value -> value.getBytes(StandardCharsets.US_ASCII))
                        .toList(),
                Duration.ofMinutes(5));
    }

    static PolicyFetcher.Response policy(String mode, String mx) {
        return response(200, "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: 604800\n");
    }

    static PolicyFetcher.Response response(int status, String body) {
        return new PolicyFetcher.Response(
                status, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        recorded.add("session " + decision.verdict()
                + results.stream().map(Script::line).collect(Collectors.joining()));
    }

    @Override
    public void discoveryFailed(DiscoveryResult result) {
        recorded.add("discovery "
                + result.detail()
                        .map(detail -> detail.type().keyword() + " " + detail.reason())
                        .orElse("-"));
    }

    private static String line(SessionResult result) {
        return " [" + result.policyType().keyword()
                + result.failures().stream()
                        .map(failure -> " " + failure.type().keyword() + " " + failure.reason())
                        .collect(Collectors.joining())
                + "]";
    }
}
