// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The front door for a message with REQUIRETLS, or with TLS-Required: No. */
final class MessageRequirementTest {

    private static final PolicyDomain DOMAIN = PolicyDomain.ofDomain("example.com");
    private static final DomainName GOOD = DomainName.of("mx.example.com");
    private static final DomainName EVIL = DomainName.of("mx.evil.example");

    private final Script script = new Script();
    private final MtaSts sts = script.builder().build();

    @AfterEach
    void close() {
        sts.close();
    }

    @Test
    void requireTlsGoesToAHostThatOffersItAndToNoOther() throws InterruptedException {
        PolicyResolution policy = sts.resolve(DOMAIN);

        assertThat(sts.plan(policy, GOOD, DaneOutcome.NOT_APPLICABLE, TlsRequirement.REQUIRETLS, Set.of()))
                .isEqualTo(new MxPlan.Connect(GOOD, MxPlan.TlsDemand.VERIFIED));
        assertThat(mayRequireTls(policy, GOOD, List.of("8BITMIME", "REQUIRETLS")))
                .isTrue();
        assertThat(mayRequireTls(policy, GOOD, List.of("8BITMIME"))).isFalse();
        assertThat(script.recorded).containsExactly("session DELIVER [sts]", "session DEFER [sts]");
    }

    private boolean mayRequireTls(PolicyResolution policy, DomainName mx, List<String> keywordsOverTls) {
        TlsOutcome tls = new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
        // [requiretls]
        Set<MxFact> facts = EnumSet.noneOf(MxFact.class);
        if (keywordsOverTls.contains("REQUIRETLS")) {
            facts.add(MxFact.OFFERS_REQUIRETLS);
        }
        DeliveryDecision decision =
                sts.decide(policy, mx, tls, DaneOutcome.NOT_APPLICABLE, TlsRequirement.REQUIRETLS, facts);
        // [/requiretls]
        return decision.mayDeliver();
    }

    @Test
    void aMessageThatNeedsNoTlsGoesAndIsCountedAsAFailure() throws InterruptedException {
        PolicyResolution policy = sts.resolve(DOMAIN);
        TlsRequirement none = TlsRequirement.TLS_NOT_REQUIRED;

        assertThat(sts.plan(policy, EVIL, DaneOutcome.FAILED, none, Set.of()))
                .isEqualTo(new MxPlan.Connect(EVIL, MxPlan.TlsDemand.JUDGED));
        DeliveryDecision decision =
                sts.decide(policy, GOOD, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE, none, Set.of());

        assertThat(decision.mayDeliver()).isTrue();
        assertThat(decision.attempt().requirement()).isEqualTo(none);
        assertThat(sts.mayCarry(policy, GOOD, decision).mayDeliver())
                .as("what follows over the same connection")
                .isFalse();
        assertThat(sts.mayCarry(policy, GOOD, decision, DaneOutcome.NOT_APPLICABLE, none, Set.of())
                        .mayDeliver())
                .isTrue();
        assertThat(script.recorded)
                .containsExactly("session DELIVER [sts starttls-not-supported starttls-not-offered]");
    }

    @Test
    void thePageShowsTheVeryCodeThatIsTestedHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/github/mtasts4j/MessageRequirementTest.java"));
        String region = source.split(" *// \\[/?requiretls]\n", -1)[1];

        assertThat(Files.readString(Path.of("../docs/embedding.md")))
                .contains(region.stripTrailing().stripIndent());
    }
}
