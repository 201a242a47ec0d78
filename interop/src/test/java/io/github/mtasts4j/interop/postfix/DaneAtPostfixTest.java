// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.tls.Identity;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A Postfix that does DANE: a policy must not override a failing check (§2), and is obeyed where there is no DANE. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DaneAtPostfixTest {

    private final List<AutoCloseable> open = new ArrayList<>();
    private StsWorld world;
    private PostfixSender postfix;

    DaneAtPostfixTest() {}

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    @BeforeAll
    void start() throws Exception {
        LittleInternet internet = closedLater(LittleInternet.start());
        world = internet.world();
        PolicyServer server = closedLater(PolicyServer.startWithDane(internet));
        postfix = closedLater(PostfixSender.start(
                internet, server.maps(), "smtp_tls_security_level = dane", "smtp_dns_support_level = dnssec"));
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private void signed(String domain, Identity published) throws Exception {
        world.domain(domain).mx("mx." + domain).enforces("mx." + domain);
        byte[] key = published.chain().get(0).getPublicKey().getEncoded();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        world.dns().signed(domain).tlsa("_25._tcp.mx." + domain, 3, 1, 1, digest);
    }

    @Test
    void aHostThatMatchesItsRecordsHasTheMailWhateverItsAuthority() throws Exception {
        Identity own = world.untrustedCa().issue("mx.dane.example");
        signed("dane.example", own);
        world.mx("mx.dane.example").present(own);
        int mark = postfix.log().mark();
        assertThat(postfix.send("alice@dane.example")).contains("status=sent");
        assertThat(postfix.log().since(mark))
                .anyMatch(line -> line.contains("Verified TLS connection established to mx.dane.example["));
        assertThat(postfix.postmap("dane.example")).isEqualTo("dane-only");
    }

    @Test
    void aHostThatDoesNotMatchThemDoesNotHaveItThoughThePolicyIsMet() throws Exception {
        signed("rolled.example", world.ca().issue("mx.rolled.example")); // The host presents another one.
        assertThat(postfix.send("alice@rolled.example")).contains("status=deferred", "dsn=4.7.5");
        assertThat(world.mailsTo("alice@rolled.example")).isEmpty();
    }

    @Test
    void withoutDaneThePolicyIsEnforced() throws Exception {
        world.domain("sts.example").mx("mx.sts.example").enforces("mx.sts.example");
        assertThat(postfix.send("alice@sts.example")).contains("status=sent");
        world.mx("mx.sts.example").present(world.untrustedCa().issue("mx.sts.example"));
        assertThat(postfix.send("carol@sts.example")).contains("status=deferred", "dsn=4.7.5");
    }
}
