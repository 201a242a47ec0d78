// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.ReuseKey.Proof;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose mail may go over a connection that was opened for somebody else. */
final class ConnectionReuseTest {

    private static final DomainName MX = DomainName.of("mx.provider.example");
    private static final DomainName NEXT_MX = DomainName.of("mx2.provider.example");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Map<String, TlsOutcome> OUTCOMES = Map.ofEntries(
            Map.entry("OK", verified(MX)),
            Map.entry("OK-NEXT", verified(NEXT_MX)),
            Map.entry("BAD-CERT", rejected(CertificateProblem.Kind.UNTRUSTED)),
            Map.entry("EXPIRED", rejected(CertificateProblem.Kind.EXPIRED)),
            Map.entry("NO-SNI", new TlsOutcome.SniNotSendable(DomainName.of("mx_1.provider.example"))),
            Map.entry("NO-STARTTLS", new TlsOutcome.NotOffered()),
            Map.entry("REFUSED", new TlsOutcome.Refused(454)),
            Map.entry("HANDSHAKE", new TlsOutcome.HandshakeFailed("handshake-failure", "alert")),
            Map.entry("NO-TLS", new TlsOutcome.NotAttempted()),
            Map.entry("SKIPPED", new TlsOutcome.NotContacted()),
            Map.entry("CONN", new TlsOutcome.NotConnected("refused")));

    /** Of the words in {@link DecisionTableTest}; {@code unlisted} is an {@code enforce} policy that lists other hosts. */
    private static final String TABLE = """
            # opened for: tls    | absent none testing enforce unlisted withheld
            absent   OK          | OPP    OPP  DELIVER DELIVER SKIP     SKIP
            none     OK          | OPP    OPP  DELIVER DELIVER SKIP     SKIP
            testing  OK          | OPP    OPP  DELIVER DELIVER SKIP     SKIP
            enforce  OK          | OPP    OPP  DELIVER DELIVER SKIP     SKIP
            unlisted OK          | OPP    OPP  DELIVER DELIVER SKIP     SKIP
            absent   BAD-CERT    | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  BAD-CERT    | OPP    OPP  REP     SKIP    SKIP     SKIP
            enforce  BAD-CERT    | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  EXPIRED     | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  OK-NEXT     | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  NO-SNI      | OPP    OPP  REP     SKIP    SKIP     SKIP
            absent   NO-STARTTLS | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  NO-STARTTLS | OPP    OPP  REP     SKIP    SKIP     SKIP
            testing  HANDSHAKE   | OPP    OPP  REP     SKIP    SKIP     SKIP
            none     NO-TLS      | OPP    OPP  REP     SKIP    SKIP     SKIP
            unlisted SKIPPED     | SKIP   SKIP SKIP    SKIP    SKIP     SKIP
            absent   CONN        | SKIP   SKIP SKIP    SKIP    SKIP     SKIP
            """;

    static Stream<Arguments> cells() {
        List<String[]> rows = TABLE.lines()
                .map(line -> line.replaceAll("[#|]", " ").trim().split("\\s+", -1))
                .toList();
        String[] others = rows.get(0);
        List<Arguments> cells = new ArrayList<>();
        for (String[] row : rows.subList(1, rows.size())) {
            for (int column = 2; column < row.length; column++) {
                cells.add(Arguments.of(row[0], row[1], others[column + 1], row[column]));
            }
        }
        return cells.stream();
    }

    @ParameterizedTest(name = "opened for {0} with TLS {1}, mail of {2}: {3}")
    @MethodSource("cells")
    void whatAConnectionMayCarryDependsOnWhatItIsProvedToBe(String opener, String tls, String other, String expected) {
        DeliveryJudge judge = judge(DanePrecedence.BOTH_MUST_HOLD, Enforcement.HONOR);
        DeliveryDecision open = judge.decide(attempt(opener, MX, tls, DaneOutcome.NOT_APPLICABLE));

        assertThat(inWords(mayCarry(judge, resolution(other), MX, DaneOutcome.NOT_APPLICABLE, open)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "opened for {0} with TLS {1}, mail of {2}")
    @MethodSource("cells")
    void noConnectionCarriesMailForAnotherHost(String opener, String tls, String other, String ignored) {
        DeliveryJudge judge = judge(DanePrecedence.DANE_SUFFICES, Enforcement.MONITOR);
        DeliveryDecision open = judge.decide(attempt(opener, MX, tls, DaneOutcome.PASSED));

        DeliveryDecision decision = mayCarry(judge, resolution(other), NEXT_MX, DaneOutcome.PASSED, open);

        assertThat(decision.mayDeliver()).isFalse();
        assertThat(decision.explain())
                .contains("MX tried   mx2.provider.example", "the open connection is one to mx.provider.example");
        assertThat(mayCarry(judge, resolution(other), NEXT_MX, DaneOutcome.PASSED, decision)
                        .mayDeliver())
                .as("nor by way of that decision")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("judges")
    void aConnectionCarriesExactlyWhatAFreshOneOfTheSameOutcomeWould(DeliveryJudge judge) {
        for (MxAttempt session : attempts()) {
            DeliveryDecision open = judge.decide(session);
            for (String other : RESOLUTIONS) {
                MxAttempt wanted = new MxAttempt(
                        resolution(other),
                        session.mx(),
                        session.tls(),
                        session.dane(),
                        session.requirement(),
                        session.facts());

                assertThat(judge.mayCarry(wanted, open)).isEqualTo(judge.decide(wanted));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("judges")
    void decisionsWithEqualKeysMayShareTheirConnectionsWhateverTheirPolicies(DeliveryJudge judge) {
        Map<ReuseKey, List<DeliveryDecision>> pool = new HashMap<>();
        for (MxAttempt attempt : attempts()) {
            DeliveryDecision decision = judge.decide(attempt);
            assertThat(decision.reuseKey().isPresent()).isEqualTo(decision.mayDeliver());
            decision.reuseKey()
                    .ifPresent(key ->
                            pool.computeIfAbsent(key, k -> new ArrayList<>()).add(decision));
        }
        assertThat(pool.keySet()).hasSizeGreaterThan(10);
        assertThat(pool.values()).extracting(List::size).anyMatch(size -> size > 10);
        for (List<DeliveryDecision> sharing : pool.values()) {
            for (DeliveryDecision open : sharing) {
                for (DeliveryDecision other : sharing) {
                    DeliveryDecision decision = judge.mayCarry(other.attempt(), open);
                    assertThat(decision.reuseKey()).isEqualTo(open.reuseKey());
                }
            }
        }
    }

    @Test
    void aKeyNamesTheHostAndTheProofAndNobodysPolicy() {
        DeliveryJudge judge = judge(DanePrecedence.BOTH_MUST_HOLD, Enforcement.HONOR);

        assertThat(judge.decide(attempt("enforce", MX, "OK", DaneOutcome.NOT_APPLICABLE))
                        .reuseKey())
                .contains(new ReuseKey(
                        MX, Proof.VERIFIED, DaneOutcome.NOT_APPLICABLE, Channel.AUTHENTICATED, TlsRequirement.NONE))
                .isEqualTo(judge.decide(attempt("testing", MX, "OK", DaneOutcome.NOT_APPLICABLE))
                        .reuseKey());
        assertThat(judge.decide(attempt("testing", MX, "BAD-CERT", DaneOutcome.UNUSABLE))
                        .reuseKey())
                .contains(new ReuseKey(
                        MX, Proof.ENCRYPTED, DaneOutcome.UNUSABLE, Channel.ENCRYPTED, TlsRequirement.NONE));
        assertThat(judge.decide(attempt("absent", MX, "HANDSHAKE", DaneOutcome.NOT_APPLICABLE))
                        .reuseKey())
                .contains(new ReuseKey(
                        MX, Proof.NONE, DaneOutcome.NOT_APPLICABLE, Channel.OPPORTUNISTIC, TlsRequirement.NONE))
                .isEqualTo(judge.decide(attempt("testing", MX, "NO-STARTTLS", DaneOutcome.NOT_APPLICABLE))
                        .reuseKey());
    }

    @ParameterizedTest
    @MethodSource("judges")
    void daneThatFailedWhenTheConnectionWasOpenedFailsForEverybody(DeliveryJudge judge) {
        for (DaneOutcome failure : List.of(DaneOutcome.FAILED, DaneOutcome.ERROR)) {
            DeliveryDecision open = judge.decide(attempt("absent", MX, "OK", failure));

            for (String other : RESOLUTIONS) {
                assertThat(mayCarry(judge, resolution(other), MX, DaneOutcome.PASSED, open)
                                .mayDeliver())
                        .isFalse();
            }
        }
    }

    // ---- the world ----

    static Stream<DeliveryJudge> judges() {
        return Arrays.stream(DanePrecedence.values())
                .flatMap(precedence ->
                        Arrays.stream(Enforcement.values()).map(enforcement -> judge(precedence, enforcement)));
    }

    private static DeliveryJudge judge(DanePrecedence precedence, Enforcement enforcement) {
        return new DeliveryJudge(precedence, enforcement);
    }

    /** All there can be: each resolution with each outcome of STARTTLS and of DANE at each of two hosts. */
    private static List<MxAttempt> attempts() {
        List<MxAttempt> all = new ArrayList<>();
        for (DomainName mx : List.of(MX, NEXT_MX)) {
            for (String resolution : RESOLUTIONS) {
                for (String tls : OUTCOMES.keySet()) {
                    for (DaneOutcome dane : DaneOutcome.values()) {
                        all.addAll(asked(attempt(resolution, mx, tls, dane)));
                    }
                }
            }
        }
        return all;
    }

    /** The same with everything that a message can ask for. */
    private static List<MxAttempt> asked(MxAttempt attempt) {
        return List.of(
                attempt,
                asked(attempt, TlsRequirement.TLS_NOT_REQUIRED, Set.of()),
                asked(attempt, TlsRequirement.REQUIRETLS, Set.of(MxFact.OFFERS_REQUIRETLS)),
                asked(attempt, TlsRequirement.REQUIRETLS, EnumSet.allOf(MxFact.class)));
    }

    private static MxAttempt asked(MxAttempt attempt, TlsRequirement requirement, Set<MxFact> facts) {
        return new MxAttempt(attempt.resolution(), attempt.mx(), attempt.tls(), attempt.dane(), requirement, facts);
    }

    private static MxAttempt attempt(String resolution, DomainName mx, String tls, DaneOutcome dane) {
        return new MxAttempt(resolution(resolution), mx, Objects.requireNonNull(OUTCOMES.get(tls)), dane);
    }

    private static final List<String> RESOLUTIONS = List.of(
            "absent", "unusable", "none", "testing", "enforce", "unlisted", "withheld", "ignore", "pinned", "require");

    private static PolicyResolution resolution(String state) {
        DomainName name = DomainName.of(state + ".example");
        PolicyDomain domain = PolicyDomain.of(name);
        return switch (state) {
            case "absent" -> new PolicyResolution.Absent(domain);
            case "unusable" -> new PolicyResolution.Unusable(domain, failure(FailureCode.HTTP_STATUS));
            case "withheld" -> new PolicyResolution.Withheld(domain, failure(FailureCode.POLICY_STATE_UNKNOWN));
            case "unlisted" -> found(name, policy("enforce", "mx.elsewhere.example"));
            case "ignore" ->
                new PolicyOverride(name, new PolicyOverride.Ignore(), NOW.plusSeconds(60), "broken")
                        .over(found(name, policy("enforce", "mx.elsewhere.example")), NOW);
            case "pinned" ->
                new PolicyOverride(
                                name,
                                new PolicyOverride.Pinned(policy("enforce", "mx.provider.example")),
                                NOW.plusSeconds(60),
                                "a contract")
                        .over(new PolicyResolution.Absent(domain), NOW);
            case "require" ->
                new PolicyOverride(name, new PolicyOverride.Require(), NOW.plusSeconds(60), "a contract")
                        .over(new PolicyResolution.Absent(domain), NOW);
            default -> found(name, policy(state, "mx.provider.example"));
        };
    }

    private static PolicyResolution found(DomainName domain, Policy policy) {
        return new PolicyResolution.Found(
                new CachedPolicy(domain, "1", policy, NOW), Freshness.CACHED, Optional.empty());
    }

    private static Policy policy(String mode, String mx) {
        String text = "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: 86400\n";
        return new PolicyParser(Grammar.STRICT)
                .parse(text.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();
    }

    private static StsFailure failure(FailureCode code) {
        return new StsFailure(code, code.name().toLowerCase(Locale.ROOT), "trouble", NOW);
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
    }

    private static TlsOutcome rejected(CertificateProblem.Kind kind) {
        return new TlsOutcome.CertificateRejected(List.of(new CertificateProblem(kind, "bad", "it is bad")));
    }

    private static DeliveryDecision mayCarry(
            DeliveryJudge judge, PolicyResolution other, DomainName mx, DaneOutcome dane, DeliveryDecision open) {
        return judge.mayCarry(new MxAttempt(other, mx, new TlsOutcome.NotContacted(), dane), open);
    }

    private static String inWords(DeliveryDecision decision) {
        if (decision instanceof DeliveryDecision.Deliver deliver) {
            return deliver.channel() == Channel.AUTHENTICATED ? "DELIVER" : "OPP";
        }
        return decision instanceof DeliveryDecision.ReportOnly ? "REP" : "SKIP";
    }
}
