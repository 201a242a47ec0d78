// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.discovery.PolicyResolution;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A judged attempt at one MX. Two types, because a type is recorded or not, and good ones are as many as messages. */
@Category("MTA-STS")
@StackTrace(false)
abstract class Attempt extends Event {

    @Name("io.github.mtasts4j.AttemptPassed")
    @Label("Attempt Passed")
    @Description("An MX is what the policy demands, or no policy demands anything, and the mail may go to it")
    @Enabled(false)
    static final class Passed extends Attempt {}

    @Name("io.github.mtasts4j.AttemptFailed")
    @Label("Attempt Failed")
    @Description(
            "An MX is not what the policy demands, or could not be had; the verdict says whether the mail may go to it")
    static final class Failed extends Attempt {}

    @Label("Domain")
    @Description("The policy domain")
    @Nullable String domain;

    @Label("MX")
    @Nullable String mx;

    @Label("Verdict")
    @Nullable String verdict;

    @Label("Mode")
    @Description("The mode that applied")
    @Nullable String mode;

    @Label("Policy Id")
    @Description("The id of the policy, if there was one")
    @Nullable String policyId;

    @Label("Requirement")
    @Description("What the message asked of TLS")
    @Nullable String requirement;

    @Label("TLS")
    @Description("What came of STARTTLS")
    @Nullable String tls;

    @Label("DANE")
    @Nullable String dane;

    @Label("Violations")
    @Description("The kinds, the weightiest first, with commas between")
    @Nullable String violations;

    @Label("Bounce Allowed")
    @Description("Whether the message may be bounced if the sender's own retry limit is reached")
    boolean bounceAllowed;

    void fill(DeliveryDecision decision) {
        MxAttempt attempt = decision.attempt();
        PolicyResolution policy = attempt.resolution();
        domain = Line.of(policy.domain().toString()); // What is no domain is a stranger's text.
        mx = attempt.mx().toString();
        verdict = decision.verdict().name();
        mode = policy.mode().keyword();
        policyId = policy.applicable().map(cached -> Line.of(cached.id())).orElse(null);
        requirement = attempt.requirement().name();
        tls = attempt.tls().getClass().getSimpleName();
        dane = attempt.dane().name();
        violations = decision.violations().stream()
                .map(violation -> violation.kind().name())
                .collect(Collectors.joining(","));
        bounceAllowed = decision instanceof DeliveryDecision.Defer defer && defer.bounceAllowed();
    }
}
