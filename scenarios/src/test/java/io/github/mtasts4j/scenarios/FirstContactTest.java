// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.https.SeenRequest;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A domain that the sender has never mailed before. */
final class FirstContactTest {

    private static final String POLICY = RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx.bank.example");

    private final StsWorld world = StsWorld.start();
    private final Relay relay = Relay.in(world);

    @AfterEach
    void close() {
        relay.close();
        world.close();
    }

    private PolicyResolution resolve(String domain) throws InterruptedException {
        return relay.sts().resolve(PolicyDomain.ofDomain(domain));
    }

    @Test
    void discoveryIsOneTxtQueryOfTheAbsoluteNameAndOneGetOfTheWellKnownPath() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");

        assertThat(resolve("bank.example").mode()).isEqualTo(Mode.ENFORCE);
        assertThat(resolve("bank.example").mode()).isEqualTo(Mode.ENFORCE);

        assertThat(world.dns().queries("_mta-sts.bank.example")).isEqualTo(1);
        assertThat(world.dns().queriedNames()).containsOnly("_mta-sts.bank.example", "mta-sts.bank.example");
        assertThat(world.policyHost().requests("bank.example"))
                .singleElement()
                .extracting(SeenRequest::requestLine)
                .isEqualTo("GET /.well-known/mta-sts.txt HTTP/1.1");
    }

    @Test
    void theParentDomainIsNotAsked() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");

        assertThat(resolve("mail.bank.example")).isInstanceOf(PolicyResolution.Absent.class);
        assertThat(world.dns().queriedNames()).containsExactly("_mta-sts.mail.bank.example");
    }

    @Test
    void aSmartHostsOwnPolicyCountsAndTheRecipientsDoesNot() throws Exception {
        world.domain("relay.example").mx("relay.example").enforces("relay.example");

        PolicyResolution resolution = relay.sts().resolve(PolicyDomain.ofSmartHost("relay.example"));

        assertThat(resolution.applicable().orElseThrow().domain()).hasToString("relay.example");
        assertThat(world.dns().queriedNames()).containsOnly("_mta-sts.relay.example", "mta-sts.relay.example");
    }

    @Test
    void addressLiteralsAndNamesThatAreNoneAskNobodyAnything() throws Exception {
        for (String domain :
                new String[] {"[192.0.2.1]", "[IPv6:::1]", "192.0.2.1", "a..b", "evil@127.0.0.1", "localhost"}) {
            assertThat(resolve(domain).applicable()).as(domain).isEmpty();
        }
        assertThat(world.dns().queries()).isEmpty();
    }

    @Test
    void aPolicyMayBeDelegatedByCname() throws Exception {
        world.dns()
                .cname("_mta-sts.bank.example", "_mta-sts.provider.example")
                .txt("_mta-sts.provider.example", "v=STSv1; id=77;")
                .cname("mta-sts.bank.example", "mta-sts.provider.example")
                .host("mta-sts.provider.example", "127.0.0.1");
        world.policyHost().serve("bank.example", world.ca().issue("mta-sts.bank.example"), POLICY);

        assertThat(resolve("bank.example").applicable().orElseThrow().id()).isEqualTo("77");
    }

    @Test
    void aDelegatedPolicyHostNeedsACertificateForTheCustomersName() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example");
        world.policyHost().present("bank.example", world.ca().issue("mta-sts.provider.example"));

        assertThat(failureOf(resolve("bank.example"))).isEqualTo(FailureCode.CERT_NAME);
        assertThat(world.policyHost().requests("bank.example")).isEmpty();
    }

    @Test
    void aCommonNameDoesNotMakeAPolicyHost() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example");
        world.policyHost()
                .present("bank.example", world.ca().issue(new TestCa.Spec().commonName("mta-sts.bank.example")));

        assertThat(failureOf(resolve("bank.example"))).isEqualTo(FailureCode.CERT_NAME);
    }

    @Test
    void aPolicyThatCannotBeHadIsNoReasonToHoldMailBack() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").policyHostDown("1");

        assertThat(relay.sendTo("alice@bank.example").fate()).isEqualTo(Fate.DELIVERED);
    }

    @ParameterizedTest
    @EnumSource(
            value = DnsFault.class,
            names = {"SERVFAIL", "REFUSED", "NOTIMP", "NO_REPLY"})
    void whatTheDnsDoesNotSayIsNeitherTakenForAPolicyNorForItsAbsence(DnsFault fault) throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.dns().fault("_mta-sts.bank.example", fault);

        assertThat(failureOf(resolve("bank.example"))).isEqualTo(FailureCode.DNS_TRANSIENT);

        world.dns().heal();
        world.clock().advance(Duration.ofSeconds(72));
        assertThat(resolve("bank.example").mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    void twoRecordsAreNone() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example");
        world.dns().txt("_mta-sts.bank.example", "v=STSv1; id=2;");

        assertThat(failureOf(resolve("bank.example"))).isEqualTo(FailureCode.DNS_MULTIPLE);
        assertThat(world.policyHost().visits()).isEmpty();
    }

    @Test
    void aRedirectIsAFailedFetchAndNotFollowed() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example");
        world.policyHost()
                .respond("bank.example", Reply.http(301, "", "Location: https://mta-sts.bank.example/elsewhere"));

        assertThat(failureOf(resolve("bank.example"))).isEqualTo(FailureCode.HTTP_STATUS);
        assertThat(world.policyHost().requests("bank.example")).hasSize(1);
    }

    private static FailureCode failureOf(PolicyResolution resolution) {
        return resolution.failure().orElseThrow().code();
    }
}
