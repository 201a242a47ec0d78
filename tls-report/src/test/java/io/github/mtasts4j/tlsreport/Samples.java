// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports to test with. */
public final class Samples {

    public static final DomainName DOMAIN = DomainName.of("example.com");
    public static final MailAddress CONTACT = MailAddress.of("tls-reports@sender.example");
    public static final DateRange DAY = DateRange.ofDay(LocalDate.of(2024, 5, 1));

    private Samples() {}

    public static TlsReport report(PolicyReport... policies) {
        return new TlsReport("Sender", DAY, CONTACT, "0f3a", List.of(policies));
    }

    static FailureKey key(ResultType type, String reason) {
        return FailureKey.of(new FailureDetail(type, reason));
    }

    /** A report with the octets of a file. */
    public static TlsReport understood(byte[] file) {
        ReportReading reading = TlsReportReader.read(file);
        if (reading instanceof ReportReading.Understood understood) {
            return understood.report();
        }
        throw new AssertionError(reading);
    }

    static ReportReading read(String json) {
        return TlsReportReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A report with few or with very many different things in it, so that some of it is equal in any two of them. */
    public static TlsReport random(Random random) {
        int variety = 1 + random.nextInt(200);
        List<PolicyReport> policies = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
            policies.add(new PolicyReport(
                    policy(random),
                    new SessionCounts(count(random), count(random)),
                    IntStream.range(0, random.nextInt(variety))
                            .mapToObj(j -> new FailureCount(key(random, variety), 1 + count(random)))
                            .toList()));
        }
        return new TlsReport("Sender", DAY, CONTACT, TlsReport.newReportId(random), policies);
    }

    private static AppliedPolicy policy(Random random) {
        DomainName domain = DomainName.of("mx" + random.nextInt(20) + ".example.com");
        return switch (random.nextInt(4)) {
            case 0 -> AppliedPolicy.none(domain);
            case 1 -> AppliedPolicy.stsNotAvailable(domain);
            default -> AppliedPolicy.tlsa(domain, Arrays.asList("3 1 1 ab" + random.nextInt(3), "3 1 1 00"));
        };
    }

    private static FailureKey key(Random random, int variety) {
        ResultType[] types = ResultType.values();
        FailureKey key = key(types[random.nextInt(types.length)], "reason")
                .at(DomainName.of("mx" + random.nextInt(3) + ".example.com"));
        return random.nextBoolean() ? key : key.withHelo("helo" + random.nextInt(variety));
    }

    private static long count(Random random) {
        return random.nextInt(20) == 0 ? SessionCounts.MAX - 1 : random.nextInt(1000);
    }
}
