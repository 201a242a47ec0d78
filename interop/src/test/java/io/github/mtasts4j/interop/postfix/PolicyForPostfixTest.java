// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.postfix.PostfixServer;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Postfix sends by the word of our server, and what arrives is what may. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyForPostfixTest {

    private final List<AutoCloseable> open = new ArrayList<>();
    private LittleInternet internet;
    private StsWorld world;
    private MtaSts sts;
    private PolicyServer server;
    private PostfixSender postfix;

    PolicyForPostfixTest() {}

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    @BeforeAll
    void start() throws Exception {
        internet = closedLater(LittleInternet.start());
        world = internet.world();
        server = closedLater(PolicyServer.start(internet));
        sts = server.sts();
        postfix = closedLater(PostfixSender.start(internet, server.maps()));
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @Test
    void aHostThatThePolicyListsAndProvesItsNameHasTheMail() throws Exception {
        world.domain("good.example").mx("mx.good.example").enforces("mx.good.example");
        int mark = postfix.log().mark();
        assertThat(postfix.send("alice@good.example")).contains("status=sent");
        assertThat(postfix.log().since(mark))
                .anyMatch(line -> line.contains("Verified TLS connection established to mx.good.example["));
        assertThat(world.mx("mx.good.example").serverNames()).contains("mx.good.example");
    }

    @Test
    void aHostThatAWildcardCoversHasTheMail() throws Exception {
        world.domain("wild.example").mx("mx1.provider.example").enforces("*.provider.example");
        int mark = postfix.log().mark();
        assertThat(postfix.send("alice@wild.example")).contains("status=sent");
        assertThat(postfix.log().since(mark)).anyMatch(line -> line.contains("Verified TLS connection"));
        assertThat(postfix.postmap("wild.example")).isEqualTo("secure match=mx1.provider.example servername=hostname");
    }

    @Test
    void aHostThatThePolicyDoesNotListDoesNotHaveIt() throws Exception {
        world.domain("forged.example").enforces("mx.forged.example").mxForgedAs("mx.evil.example");
        assertThat(postfix.send("alice@forged.example")).contains("status=deferred", "dsn=4.7.5");
        assertThat(world.mailsTo("alice@forged.example")).isEmpty();
    }

    /** One label only (§4.1), although the certificate is good and Postfix's own {@code .suffix} would do. */
    @Test
    void aHostTwoLabelsBelowAWildcardDoesNotHaveIt() throws Exception {
        world.domain("deep.example").mx("a.b.deep.example").enforces("*.deep.example");
        assertThat(postfix.send("alice@deep.example")).contains("status=deferred", "dsn=4.7.");
        assertThat(world.mailsTo("alice@deep.example")).isEmpty();
    }

    @Test
    void aHostWithAnothersCertificateDoesNotHaveIt() throws Exception {
        world.domain("wrong.example").mx("mx.wrong.example").enforces("mx.wrong.example");
        world.mx("mx.wrong.example").present(world.ca().issue("mx.other.example"));
        assertThat(postfix.send("alice@wrong.example")).contains("status=deferred", "dsn=4.7.5");
        assertThat(world.mailsTo("alice@wrong.example")).isEmpty();
    }

    @Test
    void aHostWithACertificateThatNobodyTrustsDoesNotHaveIt() throws Exception {
        world.domain("selfmade.example").mx("mx.selfmade.example").enforces("mx.selfmade.example");
        world.mx("mx.selfmade.example").present(world.untrustedCa().issue("mx.selfmade.example"));
        assertThat(postfix.send("alice@selfmade.example")).contains("status=deferred", "dsn=4.7.5");
        assertThat(world.mailsTo("alice@selfmade.example")).isEmpty();
    }

    @Test
    void aHostWhoseStartTlsSomebodyTookAwayDoesNotHaveIt() throws Exception {
        world.domain("stripped.example").mx("mx.stripped.example").enforces("mx.stripped.example");
        world.mx("mx.stripped.example").behave(MxFault.Always.NO_STARTTLS);
        assertThat(postfix.send("alice@stripped.example")).contains("status=deferred", "dsn=4.7.4");
        assertThat(world.mailsTo("alice@stripped.example")).isEmpty();
    }

    @Test
    void aPolicyThatIsTestedStopsNothing() throws Exception {
        world.domain("tested.example").mx("mx.tested.example").tests("mx.elsewhere.example");
        world.mx("mx.tested.example").behave(MxFault.Always.NO_STARTTLS);
        assertThat(postfix.send("alice@tested.example")).contains("status=sent");
    }

    @Test
    void aDomainWithoutAPolicyHasItsMail() throws Exception {
        world.domain("plain.example").mx("mx.plain.example");
        assertThat(postfix.send("alice@plain.example")).contains("status=sent");
    }

    /** The domain above has a policy; Postfix asks for {@code .parent.example} too, and gets no answer (§3.4). */
    @Test
    void aSubdomainDoesNotInheritAPolicy() throws Exception {
        world.domain("parent.example").mx("mx.parent.example").enforces("mx.parent.example");
        world.domain("sub.parent.example").mx("mx.elsewhere.example");
        assertThat(postfix.send("alice@sub.parent.example")).contains("status=sent");
    }

    @Test
    void aPolicyThatCannotBeFetchedAnyMoreStillHolds() throws Exception {
        world.domain("kept.example").mx("mx.kept.example").enforces("mx.kept.example");
        assertThat(postfix.send("alice@kept.example")).contains("status=sent");
        world.domain("kept.example").txtRemoved().httpsBlocked().mxForgedAs("mx.evil2.example");
        assertThat(postfix.send("alice@kept.example")).contains("status=deferred");
        assertThat(world.mx("mx.evil2.example").mails()).isEmpty();
    }

    /** Over a Unix domain socket, which Postfix's own user may connect to; then it is gone. */
    @Test
    void aServerThatIsDownHoldsTheMailAndLosesNone() throws Exception {
        world.domain("waits.example").mx("mx.waits.example").enforces("mx.waits.example");
        try (PrivateDirectory directory = PrivateDirectory.of("socket")) {
            Path socket = directory.path("sts");
            PostfixServer unix =
                    PostfixServer.builder(sts).permissions("rw-rw-rw-").listen(UnixDomainSocketAddress.of(socket));
            try (PostfixSender other = PostfixSender.start(internet, "socketmap:unix:" + socket + ":postfix")) {
                assertThat(other.send("alice@waits.example")).contains("status=sent");
                unix.close();
                assertThat(other.send("bob@waits.example")).contains("status=deferred", "dsn=4.");
                assertThat(world.mailsTo("bob@waits.example")).isEmpty();
            } finally {
                unix.close();
            }
        }
    }

    @Test
    void postmapSaysWhatTheDecisionSays() throws Exception {
        world.domain("asked.example").mx("mx.asked.example").enforces("mx.asked.example", "*.backup.example");
        world.domain("asked-testing.example").mx("mx.asked.example").tests("mx.asked.example");
        for (String domain : List.of("asked.example", "asked-testing.example", "asked-none.example")) {
            boolean enforced =
                    sts.plan(sts.resolve(PolicyDomain.ofDomain(domain)), DomainName.of("mx.not-listed.example"))
                            instanceof MxPlan.Skip;
            assertThat(postfix.postmap(domain))
                    .isEqualTo(enforced ? "secure match=mx.asked.example servername=hostname" : "");
        }
    }
}
