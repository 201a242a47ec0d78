// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.ResultType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MergeTest {

    @Test
    void neitherOrderNorGroupingMatters() {
        Random random = new Random(20180);
        for (int i = 0; i < 60; i++) {
            TlsReport a = Samples.random(random);
            TlsReport b = Samples.random(random);
            TlsReport c = Samples.random(random);

            assertThat(a.merge(b)).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.capped().merge(b.capped())).isEqualTo(a.merge(b));
            assertThat(a.capped().capped()).isEqualTo(a.capped());
        }
    }

    @Test
    void aReportNeverExceedsItsBounds() {
        Random random = new Random(7);
        TlsReport all = Samples.random(random);
        for (int i = 0; i < 100; i++) {
            all = all.merge(Samples.random(random));
            assertThat(all.policies()).hasSizeLessThanOrEqualTo(TlsReport.MAX_POLICIES + 1);
            assertThat(all.policies())
                    .allSatisfy(policy ->
                            assertThat(policy.failures()).hasSizeLessThanOrEqualTo(PolicyReport.MAX_FAILURES + 1));
        }
    }

    @Test
    void noSessionIsLostBeyondTheBound() {
        PolicyReport[] policies = IntStream.range(0, 100)
                .mapToObj(i -> new PolicyReport(
                        AppliedPolicy.none(DomainName.of("mx" + (100 + i) + ".example.com")),
                        new SessionCounts(1, 2),
                        List.of(new FailureCount(Samples.key(ResultType.STARTTLS_NOT_SUPPORTED, "r" + i), 2))))
                .toArray(PolicyReport[]::new);

        List<PolicyReport> capped = Samples.report(policies).capped().policies();

        assertThat(capped).hasSize(33);
        PolicyReport other = capped.get(32);
        assertThat(other.policy().policyString()).containsExactly("other");
        assertThat(other.policy().domain()).isEqualTo(DomainName.of("mx132.example.com"));
        assertThat(other.sessions()).isEqualTo(new SessionCounts(68, 136));
        assertThat(other.failures().stream().mapToLong(FailureCount::sessions).sum())
                .isEqualTo(136);
    }

    @Test
    void aNewHeloEachSessionPushesOutItsOwnEntriesOnly() {
        FailureKey plain = Samples.key(ResultType.VALIDATION_FAILURE, "zzz").at(DomainName.of("zz.example.com"));
        List<FailureCount> flood = IntStream.range(0, 5000)
                .mapToObj(i -> new FailureCount(
                        Samples.key(ResultType.CERTIFICATE_EXPIRED, "a").withHelo("\t" + i), 1))
                .toList();
        // The honest entry comes last, when the bound has long been met.
        List<FailureCount> all = new ArrayList<>(flood);
        all.add(new FailureCount(plain, 3));

        PolicyReport capped =
                new PolicyReport(AppliedPolicy.none(Samples.DOMAIN), new SessionCounts(0, 5003), all).capped();

        assertThat(capped.failures())
                .hasSize(101)
                .contains(new FailureCount(plain, 3))
                .contains(new FailureCount(FailureKey.OTHER, 5003 - 3 - 99));
    }

    @Test
    void theRangeCoversBothAndTheSmallerIdStays() {
        TlsReport a = Samples.report();
        DateRange next =
                new DateRange(a.range().end().plusSeconds(1), a.range().end().plusSeconds(100));
        TlsReport b = new TlsReport("Sender", next, Samples.CONTACT, "0000", List.of());

        assertThat(a.merge(b).range()).isEqualTo(new DateRange(a.range().start(), next.end()));
        assertThat(a.merge(b).reportId()).isEqualTo("0000");
    }

    @Test
    void reportsOfTwoOrganizationsAreNotMerged() {
        TlsReport other = new TlsReport("Another", Samples.DAY, MailAddress.of("a@another.example"), "1", List.of());

        assertThatThrownBy(() -> Samples.report().merge(other)).isInstanceOf(IllegalArgumentException.class);
    }
}
