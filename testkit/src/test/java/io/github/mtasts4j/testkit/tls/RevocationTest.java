// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Revocation is not checked, and so nothing that a certificate says makes this host connect anywhere. */
final class RevocationTest {

    @Test
    void noAddressInACertificateIsEverContacted() throws Exception {
        TestCa ca = TestCa.root("root");
        try (ServerSocket trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + trap.getLocalPort() + "/";
            TestCa issuer = ca.intermediate("issuer", new TestCa.Spec().pointingTo(url));
            Identity mx = issuer.issue(new TestCa.Spec().dns("mx.example.com").pointingTo(url));
            CertificateVerifier verifier = CertificateVerifier.trusting(List.of(ca.certificate()));
            DomainName host = DomainName.of("mx.example.com");

            assertThat(verifier.verify(mx.chain(), host, MovableClock.START)).isEmpty();
            // A missing intermediate is what caIssuers is for, elsewhere.
            assertThat(verifier.verify(List.of(mx.certificate()), host, MovableClock.START))
                    .hasSize(1);

            trap.setSoTimeout(1); // Whoever had connected would be in the backlog by now.
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
