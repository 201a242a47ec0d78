// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an override makes of every state that a published policy can be in. */
final class OverriddenResolutionTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName LISTED = DomainName.of("mx.example.com");
    private static final DomainName PINNED = DomainName.of("mx.pinned.example");
    private static final DomainName UNLISTED = DomainName.of("mx.elsewhere.example");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = NOW.plus(Duration.ofDays(3));

    /** The decision is on a host that nobody lists and that offers no STARTTLS. */
    private static final String TABLE = """
            # published action   | overridden mode    applies   failure              | verdict     bounce | counted under
            absent      ignore   | no         none    -         -                    | DELIVER     -      | no-policy-found
            absent      testing  | no         none    -         -                    | DELIVER     -      | no-policy-found
            absent      pinned   | yes        enforce pinned    -                    | DEFER       yes    | -
            absent      require  | yes        enforce -         POLICY_REQUIRED      | DEFER       yes    | -
            none        ignore   | no         none    published -                    | DELIVER     -      | no-policy-found
            none        testing  | no         none    published -                    | DELIVER     -      | no-policy-found
            none        pinned   | yes        enforce pinned    -                    | DEFER       yes    | -
            none        require  | yes        enforce -         POLICY_REQUIRED      | DEFER       yes    | -
            testing     ignore   | yes        none    -         -                    | DELIVER     -      | -
            testing     testing  | no         testing published -                    | REPORT_ONLY -      | sts
            testing     pinned   | yes        enforce pinned    -                    | DEFER       yes    | -
            testing     require  | yes        enforce -         POLICY_REQUIRED      | DEFER       yes    | -
            enforce     ignore   | yes        none    -         -                    | DELIVER     -      | -
            enforce     testing  | yes        testing published -                    | REPORT_ONLY -      | sts
            enforce     pinned   | yes        enforce pinned    -                    | DEFER       yes    | -
            enforce     require  | no         enforce published -                    | DEFER       no     | sts
            unusable    ignore   | no         none    -         HTTP_STATUS          | DELIVER     -      | sts
            unusable    testing  | no         none    -         HTTP_STATUS          | DELIVER     -      | sts
            unusable    pinned   | yes        enforce pinned    HTTP_STATUS          | DEFER       yes    | -
            unusable    require  | yes        enforce -         POLICY_REQUIRED      | DEFER       yes    | -
            withheld    ignore   | yes        none    -         POLICY_STATE_UNKNOWN | DELIVER     -      | -
            withheld    testing  | yes        testing -         POLICY_STATE_UNKNOWN | REPORT_ONLY -      | -
            withheld    pinned   | yes        enforce pinned    POLICY_STATE_UNKNOWN | DEFER       yes    | -
            withheld    require  | no         enforce -         POLICY_STATE_UNKNOWN | DEFER       no     | -
            """;

    static Stream<Arguments> rows() {
        return TABLE.lines().filter(line -> !line.startsWith("#")).map(line -> {
            String[] cells = line.replace("|", " ").trim().split("\\s+", -1);
            return Arguments.of(
                    cells[0],
                    cells[1],
                    String.join(" ", Stream.of(cells).skip(2).toList()));
        });
    }

    @ParameterizedTest(name = "published {0}, override {1}: {2}")
    @MethodSource("rows")
    void eachActionHasItsEffect(String published, String action, String expected) {
        PolicyResolution known = published(published);
        PolicyResolution answer = override(action).over(known, NOW);
        DeliveryDecision decision = decide(answer, UNLISTED, new TlsOutcome.NotOffered());

        String applies = answer.applicable()
                .map(cached -> known.applicable().equals(Optional.of(cached)) ? "published" : cached.id())
                .orElse("-");
        String failure = answer.failure().map(trouble -> trouble.code().name()).orElse("-");
        String bounce = decision instanceof DeliveryDecision.Defer defer ? defer.bounceAllowed() ? "yes" : "no" : "-";
        assertThat(String.join(
                        " ",
                        answer instanceof PolicyResolution.Overridden ? "yes" : "no",
                        answer.mode().name().toLowerCase(Locale.ROOT),
                        applies,
                        failure,
                        decision.verdict().name(),
                        bounce,
                        counted(decision)))
                .isEqualTo(expected);
        assertThat(answer.domain()).isEqualTo(known.domain());
    }

    @ParameterizedTest(name = "published {0}, override {1}")
    @MethodSource("rows")
    void theSkipOfAPlanIsTheSameDecision(String published, String action, String expected) {
        PolicyResolution answer = override(action).over(published(published), NOW);

        MxPlan plan = judge().plan(answer, UNLISTED, DaneOutcome.NOT_APPLICABLE);

        assertThat(plan instanceof MxPlan.Skip).isEqualTo(expected.contains("DEFER"));
        if (plan instanceof MxPlan.Skip skip) {
            assertThat(skip.decision().bounceAllowed()).isEqualTo(expected.contains("DEFER yes"));
        }
    }

    @ParameterizedTest(name = "published {0}, override {1}")
    @MethodSource("rows")
    void anOverridePastItsEndHasNoEffect(String published, String action, String expected) {
        PolicyResolution known = published(published);

        assertThat(override(action).over(known, UNTIL)).isSameAs(known);
    }

    @ParameterizedTest(name = "published {0}, override {1}")
    @MethodSource("rows")
    void aFailingDaneCheckBlocksUnderEveryOverrideAndIsCounted(String published, String action, String expected) {
        PolicyResolution answer = override(action).over(published(published), NOW);
        MxAttempt attempt = new MxAttempt(answer, LISTED, new TlsOutcome.NotOffered(), DaneOutcome.FAILED);

        DeliveryDecision decision = judge().decide(attempt);

        assertThat(decision.mayDeliver()).isFalse();
        assertThat(counted(decision)).contains("tlsa");
    }

    @Test
    void aPinnedPolicyLetsItsOwnHostsHaveTheMailAndNoOthers() {
        PolicyResolution answer = override("pinned").over(published("enforce"), NOW);

        assertThat(decide(answer, PINNED, verified(PINNED)).mayDeliver()).isTrue();
        assertThat(decide(answer, PINNED, new TlsOutcome.NotOffered()).mayDeliver())
                .isFalse();
        assertThat(decide(answer, LISTED, verified(LISTED)).mayDeliver()).isFalse();
    }

    @Test
    void aPinnedPolicyLivesUntilTheEndOfTheOverrideWhateverItsMaxAge() {
        CachedPolicy pinned =
                override("pinned").over(published("absent"), NOW).applicable().orElseThrow();

        assertThat(pinned.expiresAt()).isEqualTo(UNTIL);
        assertThat(pinned.isLive(UNTIL.minusNanos(1))).isTrue();
        assertThat(pinned.policy().lines()).contains("max_age: 60");
        PolicyOverride endless = new PolicyOverride(
                DOMAIN, override("pinned").action(), Instant.parse("9999-12-31T00:00:00Z"), "a test");
        assertThat(endless.over(published("absent"), NOW)
                        .applicable()
                        .orElseThrow()
                        .expiresAt())
                .isEqualTo(NOW.plus(Policy.LONGEST_MAX_AGE));
    }

    @Test
    void aPinnedPolicyOfModeTestingReportsToNobody() {
        PolicyOverride pinned = new PolicyOverride(
                DOMAIN, new PolicyOverride.Pinned(policy("testing", "mx.pinned.example", 60)), UNTIL, "a trial");
        DeliveryDecision decision =
                decide(pinned.over(published("enforce"), NOW), UNLISTED, new TlsOutcome.NotOffered());

        assertThat(decision.verdict()).isEqualTo(DeliveryDecision.Verdict.REPORT_ONLY);
        assertThat(counted(decision)).isEqualTo("-");
        assertThat(decision.explain())
                .startsWith("REPORT ONLY: the policy is violated, but its mode is testing")
                .contains("the domain is not told");
    }

    @Test
    void underTestingTheRecheckIsThatOfThePublishedPolicy() {
        PolicyOverride testing = override("testing");

        assertThat(testing.over(published("enforce"), NOW).isRechecked()).isFalse();
        assertThat(testing.over(found("enforce", Freshness.CONFIRMED), NOW).isRechecked())
                .isTrue();
    }

    @Test
    void aRequiredPolicyThatIsThereIsAppliedAsPublished() {
        PolicyResolution answer = override("require").over(found("enforce", Freshness.CONFIRMED), NOW);

        assertThat(decide(answer, LISTED, verified(LISTED)).mayDeliver()).isTrue();
        DeliveryDecision decision = decide(answer, LISTED, new TlsOutcome.NotOffered());
        assertThat(((DeliveryDecision.Defer) decision).bounceAllowed()).isTrue();
    }

    @Test
    void aRequiredPolicySaysWhatWasFoundInstead() {
        assertThat(required("absent")).endsWith("published is no policy");
        assertThat(required("testing")).endsWith("published is a policy of mode testing, id 1");
        assertThat(required("unusable"))
                .endsWith("published is no policy (HTTP_STATUS (http-404): the Policy Host answered 404)");
    }

    private static String required(String published) {
        StsFailure failure =
                override("require").over(published(published), NOW).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo("policy-required");
        assertThat(failure.at()).isEqualTo(NOW);
        return failure.detail();
    }

    @Test
    void aResolutionIsNotOverriddenByWhatDoesNotApply() {
        PolicyOverride pinned = override("pinned");
        PolicyResolution other = new PolicyResolution.Absent(PolicyDomain.ofDomain("example.net"));
        PolicyResolution literal = new PolicyResolution.Absent(PolicyDomain.ofDomain("[192.0.2.1]"));
        PolicyResolution once = pinned.over(published("enforce"), NOW);

        assertThatIllegalArgumentException().isThrownBy(() -> pinned.over(other, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> pinned.over(literal, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> pinned.over(once, NOW));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PolicyResolution.Overridden(published("enforce"), pinned, UNTIL));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PolicyResolution.Overridden(published("absent"), override("testing"), NOW));
    }

    // ---- in words ----

    @Test
    void aMessageThatAPinnedPolicyHoldsBackIsExplained() {
        PolicyResolution answer = override("pinned").over(published("enforce"), NOW);

        assertThat(decide(answer, LISTED, new TlsOutcome.NotContacted()).explain())
                .isEqualTo("""
                        DEFER: mx.example.com must not have mail for example.com (RFC 8461 §4.1)
                          domain     example.com
                          MX tried   mx.example.com
                          override   pinned until 2026-01-04T00:00:00Z: call of the partner, 1 January
                          published  a policy of mode enforce, id 1
                          MX allowed mx.pinned.example
                          policy     mode enforce, pinned by the operator
                          TLS        not contacted
                          violated   RFC 8461 §4.1: mx.example.com is not listed in the policy, which lists mx.pinned.example
                          re-check   not needed, because the rule is the operator's own
                          next       try the next MX; if there is none left, keep the message in the queue with status 4.7.0; it may be bounced when the queue's own time limit is reached; if the override is not right any more, change it or remove it""");
    }

    @Test
    void aMessageThatARequiredPolicyHoldsBackIsExplained() {
        PolicyResolution answer = override("require").over(published("unusable"), NOW);

        assertThat(decide(answer, LISTED, verified(LISTED)).explain())
                .startsWith("DEFER: mx.example.com must not have mail for example.com (the operator's override)")
                .contains("override   require until 2026-01-04T00:00:00Z: call of the partner, 1 January")
                .contains("published  no policy (HTTP_STATUS (http-404)")
                .contains("violated   the operator's override: the operator requires a policy of mode enforce")
                .contains("change it or remove it")
                .doesNotContain("§3.3");
    }

    @Test
    void aDeliveryThatAnOverrideAllowsIsExplained() {
        TlsOutcome tls = new TlsOutcome.NotOffered();

        assertThat(decide(override("ignore").over(published("enforce"), NOW), UNLISTED, tls)
                        .explain())
                .startsWith("DELIVER: the published policy is ignored, by override")
                .contains("override   ignore until 2026-01-04T00:00:00Z: call of the partner, 1 January")
                .contains("published  a policy of mode enforce, id 1")
                .endsWith("next       deliver as without MTA-STS");
        assertThat(decide(override("testing").over(published("enforce"), NOW), UNLISTED, tls)
                        .explain())
                .startsWith("REPORT ONLY: would have been deferred, but for the override")
                .contains("override   testing until")
                .contains("the domain learns of it by TLS reporting");
        assertThat(decide(override("testing").over(published("withheld"), NOW), UNLISTED, tls)
                        .explain())
                .startsWith("REPORT ONLY: would have been deferred, but for the override")
                .contains("published  nothing that is known, and mail waits (POLICY_STATE_UNKNOWN")
                .contains("the domain is not told");
    }

    // ---- the world ----

    private static DeliveryJudge judge() {
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);
    }

    private static DeliveryDecision decide(PolicyResolution answer, DomainName mx, TlsOutcome tls) {
        return judge().decide(new MxAttempt(answer, mx, tls, DaneOutcome.NOT_APPLICABLE));
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
    }

    private static String counted(DeliveryDecision decision) {
        String types = SessionResult.of(decision).stream()
                .map(result -> result.policyType().keyword())
                .collect(Collectors.joining(" "));
        return types.isEmpty() ? "-" : types;
    }

    private static PolicyOverride override(String action) {
        PolicyOverride.Action what = switch (action) {
            case "ignore" -> new PolicyOverride.Ignore();
            case "testing" -> new PolicyOverride.Testing();
            case "pinned" -> new PolicyOverride.Pinned(policy("enforce", "mx.pinned.example", 60));
            default -> new PolicyOverride.Require();
        };
        assertThat(what.keyword()).isEqualTo(action);
        return new PolicyOverride(DOMAIN, what, UNTIL, "call of the partner, 1 January");
    }

    private static PolicyResolution published(String state) {
        PolicyDomain domain = PolicyDomain.of(DOMAIN);
        return switch (state) {
            case "absent" -> new PolicyResolution.Absent(domain);
            case "unusable" ->
                new PolicyResolution.Unusable(
                        domain,
                        new StsFailure(FailureCode.HTTP_STATUS, "http-404", "the Policy Host answered 404", NOW));
            case "withheld" ->
                new PolicyResolution.Withheld(
                        domain,
                        new StsFailure(FailureCode.POLICY_STATE_UNKNOWN, "store", "the store does not answer", NOW));
            default -> found(state, Freshness.CACHED);
        };
    }

    private static PolicyResolution found(String mode, Freshness freshness) {
        CachedPolicy cached = new CachedPolicy(DOMAIN, "1", policy(mode, "mx.example.com", 604_800), NOW);
        return new PolicyResolution.Found(cached, freshness, Optional.empty());
    }

    private static Policy policy(String mode, String mx, int maxAge) {
        String text = "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: " + maxAge + "\n";
        return new PolicyParser(Grammar.STRICT)
                .parse(text.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();
    }
}
