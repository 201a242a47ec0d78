// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole decision table: mode, MX match, TLS outcome and DANE in; decision and what is counted out. One line is one
 * row, one column is one kind of DANE outcome, every cell is a test.
 *
 * <p>{@code DELIVER} is delivery over an authenticated session, {@code OPP} by the sender's own opportunistic rules,
 * {@code TLS} over any TLS session, {@code REP} and {@code REP-TLS} the same with a report, {@code SKIP} a transient
 * refusal of this host, {@code (SKIP)} one that {@link DanePrecedence#DANE_SUFFICES} turns into delivery.
 */
final class DecisionTableTest {

    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final DomainName OTHER_MX = DomainName.of("mx.elsewhere.example");
    private static final Instant FETCHED = Instant.parse("2026-01-01T00:00:00Z");

    private static final String TABLE = """
            # row   mode      mx       tls        | none    passed    unusable | counted in the sts entry (or no-policy-found)
            NP-1    -         -        OK         | OPP     DELIVER   TLS      | success
            NP-2a   -         -        UNTRUSTED  | OPP     DELIVER   TLS      | success
            NP-2b   -         -        EXPIRED    | OPP     DELIVER   TLS      | success
            NP-2c   -         -        NAME       | OPP     DELIVER   TLS      | success
            NP-2d   -         -        NO-SNI     | OPP     DELIVER   TLS      | success
            NP-3a   -         -        NO-STARTTLS| OPP     SKIP      SKIP     | starttls-not-supported
            NP-3b   -         -        REFUSED    | OPP     SKIP      SKIP     | starttls-not-supported
            NP-4    -         -        HANDSHAKE  | OPP     SKIP      SKIP     | validation-failure
            NO-1    none      match    OK         | OPP     DELIVER   TLS      | success
            NO-2    none      mismatch NAME       | OPP     DELIVER   TLS      | success
            NO-3    none      mismatch NO-STARTTLS| OPP     SKIP      SKIP     | starttls-not-supported
            NO-4    none      match    HANDSHAKE  | OPP     SKIP      SKIP     | validation-failure
            TE-1    testing   match    OK         | DELIVER DELIVER   DELIVER  | success
            TE-2a   testing   match    NO-STARTTLS| REP     SKIP      SKIP     | starttls-not-supported
            TE-2b   testing   match    REFUSED    | REP     SKIP      SKIP     | starttls-not-supported
            TE-3    testing   match    HANDSHAKE  | REP     SKIP      SKIP     | validation-failure
            TE-4    testing   match    UNTRUSTED  | REP     DELIVER   REP-TLS  | certificate-not-trusted
            TE-5    testing   match    EXPIRED    | REP     DELIVER   REP-TLS  | certificate-expired
            TE-6    testing   match    NAME       | REP     DELIVER   REP-TLS  | certificate-host-mismatch
            TE-7    testing   match    NO-SNI     | REP     DELIVER   REP-TLS  | validation-failure
            TE-8    testing   mismatch OK         | REP     DELIVER   REP-TLS  | validation-failure
            TE-9a   testing   mismatch NO-STARTTLS| REP     SKIP      SKIP     | validation-failure starttls-not-supported
            TE-9b   testing   mismatch REFUSED    | REP     SKIP      SKIP     | validation-failure starttls-not-supported
            TE-9c   testing   mismatch HANDSHAKE  | REP     SKIP      SKIP     | validation-failure validation-failure
            TE-10a  testing   mismatch UNTRUSTED  | REP     DELIVER   REP-TLS  | validation-failure certificate-not-trusted
            TE-10b  testing   mismatch EXPIRED    | REP     DELIVER   REP-TLS  | validation-failure certificate-expired
            TE-10c  testing   mismatch NAME       | REP     DELIVER   REP-TLS  | validation-failure certificate-host-mismatch
            TE-10d  testing   mismatch NO-SNI     | REP     DELIVER   REP-TLS  | validation-failure validation-failure
            EN-1    enforce   match    OK         | DELIVER DELIVER   DELIVER  | success
            EN-2    enforce   match    NO-STARTTLS| SKIP    SKIP      SKIP     | starttls-not-supported
            EN-3    enforce   match    REFUSED    | SKIP    SKIP      SKIP     | starttls-not-supported
            EN-4    enforce   match    HANDSHAKE  | SKIP    SKIP      SKIP     | validation-failure
            EN-5    enforce   match    UNTRUSTED  | SKIP    (SKIP)    SKIP     | certificate-not-trusted
            EN-6    enforce   match    EXPIRED    | SKIP    (SKIP)    SKIP     | certificate-expired
            EN-7    enforce   match    NAME       | SKIP    (SKIP)    SKIP     | certificate-host-mismatch
            EN-8    enforce   match    NO-SNI     | SKIP    (SKIP)    SKIP     | validation-failure
            EN-9a   enforce   mismatch OK         | SKIP    (SKIP)    SKIP     | validation-failure
            EN-9b   enforce   mismatch NOT-TRIED  | SKIP    SKIP      SKIP     | validation-failure
            EN-9c   enforce   mismatch NAME       | SKIP    (SKIP)    SKIP     | validation-failure certificate-host-mismatch
            NT-1    -         -        NO-TLS     | OPP     SKIP      SKIP     | validation-failure
            NT-2    testing   match    NO-TLS     | REP     SKIP      SKIP     | validation-failure
            NT-3    enforce   match    NO-TLS     | SKIP    SKIP      SKIP     | validation-failure
            CX-1    -         -        CONN       | SKIP    SKIP      SKIP     | nothing
            CX-2    testing   match    CONN       | SKIP    SKIP      SKIP     | nothing
            CX-3    testing   mismatch CONN       | SKIP    SKIP      SKIP     | nothing
            CX-4    enforce   match    CONN       | SKIP    SKIP      SKIP     | nothing
            """;

    static Stream<Arguments> cells() {
        List<Arguments> cells = new ArrayList<>();
        for (String line : TABLE.lines().filter(l -> !l.startsWith("#")).toList()) {
            String[] parts = line.split("\\|", -1);
            String[] row = parts[0].trim().split("\\s+", -1);
            String[] columns = parts[1].trim().split("\\s+", -1);
            Row in = new Row(row[0], row[1], row[2], row[3], parts[2].trim());
            cells.add(Arguments.of(in, DaneOutcome.NOT_APPLICABLE, columns[0]));
            cells.add(Arguments.of(in, DaneOutcome.PASSED, columns[1]));
            cells.add(Arguments.of(in, DaneOutcome.UNUSABLE, columns[2]));
            cells.add(Arguments.of(in, DaneOutcome.FAILED, "SKIP"));
            cells.add(Arguments.of(in, DaneOutcome.ERROR, "SKIP"));
        }
        return cells.stream();
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource("cells")
    void eachCellOfTheTableHolds(Row row, DaneOutcome dane, String expected) {
        DeliveryDecision decision = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(row.attempt(dane));

        assertThat(inWords(decision)).isEqualTo(expected.replaceAll("[()]", ""));
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource("cells")
    void ifDaneSufficesOnlyTheCellsInBracketsChange(Row row, DaneOutcome dane, String expected) {
        DeliveryDecision decision = new DeliveryJudge(DanePrecedence.DANE_SUFFICES).decide(row.attempt(dane));

        assertThat(inWords(decision)).isEqualTo(expected.startsWith("(") ? "DELIVER" : expected);
    }

    @ParameterizedTest(name = "{0}, DANE {1}")
    @MethodSource("cells")
    void eachCellIsCountedAsTheRowSays(Row row, DaneOutcome dane, String ignored) {
        DeliveryDecision decision = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(row.attempt(dane));
        List<SessionResult> results = SessionResult.of(decision);

        boolean daneEntry = results.stream().anyMatch(result -> result.policyType() == PolicyType.TLSA);
        boolean daneFailed = dane == DaneOutcome.FAILED || dane == DaneOutcome.ERROR;
        if (row.tls.equals("CONN")) {
            assertThat(results).hasSize(daneFailed ? 1 : 0);
            assertThat(daneEntry).isEqualTo(daneFailed);
            return;
        }
        boolean contacted = !row.tls.equals("NOT-TRIED");
        assertThat(daneEntry).isEqualTo(contacted ? dane != DaneOutcome.NOT_APPLICABLE : daneFailed);
        boolean policy = row.mode.equals("testing") || row.mode.equals("enforce");
        PolicyType type = policy ? PolicyType.STS : PolicyType.NO_POLICY_FOUND;
        List<SessionResult> counted =
                results.stream().filter(result -> result.policyType() == type).toList();
        boolean expected = policy || dane == DaneOutcome.NOT_APPLICABLE;
        assertThat(counted).hasSize(expected ? 1 : 0);
        if (expected) {
            assertThat(inWords(counted.get(0))).isEqualTo(row.counted);
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}")
    @MethodSource("cells")
    void noDeferralIsEverPermanent(Row row, DaneOutcome dane, String ignored) {
        DeliveryDecision decision = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(row.attempt(dane));

        if (decision instanceof DeliveryDecision.Defer defer) {
            assertThat(defer.enhancedStatus()).startsWith("4.");
            boolean enforced = row.mode.equals("enforce") && !defer.violations().isEmpty();
            assertThat(defer.bounceAllowed()).isEqualTo(!enforced); // The policy came out of the cache.
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource("cells")
    void thePlanSkipsExactlyTheHostsThatCannotHaveTheMail(Row row, DaneOutcome dane, String ignored) {
        MxPlan plan = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).plan(row.resolution(), row.host(), dane);

        boolean unlisted = row.mode.equals("enforce") && row.mx.equals("mismatch");
        boolean daneFails = dane == DaneOutcome.FAILED || dane == DaneOutcome.ERROR;
        assertThat(plan instanceof MxPlan.Skip).isEqualTo(unlisted || daneFails);
        if (plan instanceof MxPlan.Connect connect) {
            assertThat(connect.sni()).isEqualTo(row.host());
            assertThat(connect.demand())
                    .isEqualTo(
                            switch (row.mode) {
                                case "enforce" -> MxPlan.TlsDemand.VERIFIED;
                                case "testing" -> MxPlan.TlsDemand.JUDGED;
                                default -> MxPlan.TlsDemand.OPPORTUNISTIC;
                            });
        }
    }

    private static String inWords(DeliveryDecision decision) {
        if (decision instanceof DeliveryDecision.Deliver deliver) {
            return switch (deliver.channel()) {
                case AUTHENTICATED -> "DELIVER";
                case ENCRYPTED -> "TLS";
                case OPPORTUNISTIC -> "OPP";
            };
        }
        if (decision instanceof DeliveryDecision.ReportOnly report) {
            return report.channel() == Channel.ENCRYPTED ? "REP-TLS" : "REP";
        }
        return "SKIP";
    }

    private static String inWords(SessionResult result) {
        return result.isSuccess()
                ? "success"
                : result.failures().stream()
                        .map(failure -> failure.type().keyword())
                        .collect(Collectors.joining(" "));
    }

    private static final Map<String, TlsOutcome> OUTCOMES = Map.of(
            "NO-STARTTLS", new TlsOutcome.NotOffered(),
            "REFUSED", new TlsOutcome.Refused(454),
            "HANDSHAKE", new TlsOutcome.HandshakeFailed("handshake-failure", "alert"),
            "UNTRUSTED", rejected(CertificateProblem.Kind.UNTRUSTED, "unknown-ca"),
            "EXPIRED", rejected(CertificateProblem.Kind.EXPIRED, "expired"),
            "NAME", rejected(CertificateProblem.Kind.NAME_MISMATCH, "no-matching-dns-id"),
            "NO-SNI", new TlsOutcome.SniNotSendable(DomainName.of("mx_1.example.com")),
            "NO-TLS", new TlsOutcome.NotAttempted(),
            "NOT-TRIED", new TlsOutcome.NotContacted(),
            "CONN", new TlsOutcome.NotConnected("refused"));

    private static TlsOutcome rejected(CertificateProblem.Kind kind, String reason) {
        return new TlsOutcome.CertificateRejected(List.of(new CertificateProblem(kind, reason, reason)));
    }

    /** One row of the table. */
    record Row(String id, String mode, String mx, String tls, String counted) {

        DomainName host() {
            return mx.equals("mismatch") ? OTHER_MX : MX;
        }

        MxAttempt attempt(DaneOutcome dane) {
            TlsOutcome outcome = tls.equals("OK")
                    ? new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", host()))
                    : Objects.requireNonNull(OUTCOMES.get(tls));
            return new MxAttempt(resolution(), host(), outcome, dane);
        }

        PolicyResolution resolution() {
            if (mode.equals("-")) {
                return new PolicyResolution.Absent(PolicyDomain.ofDomain("example.com"));
            }
            String text = "version: STSv1\nmode: " + mode + "\nmx: mx.example.com\nmax_age: 86400\n";
            Policy policy = new PolicyParser(Grammar.STRICT)
                    .parse(text.getBytes(StandardCharsets.US_ASCII))
                    .orElseThrow();
            CachedPolicy cached = new CachedPolicy(DomainName.of("example.com"), "1", policy, FETCHED);
            return new PolicyResolution.Found(cached, Freshness.CACHED, Optional.empty());
        }

        @Override
        public String toString() {
            return id + ": " + mode + ", MX " + mx + ", TLS " + tls;
        }
    }
}
