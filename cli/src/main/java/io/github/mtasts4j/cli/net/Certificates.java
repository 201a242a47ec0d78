// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.DnsIds;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a server showed in a TLS handshake.
 *
 * @param protocol the version of TLS
 * @param chain its certificates, its own first; may be empty
 */
public record Certificates(String protocol, List<X509Certificate> chain) {

    private static final int SHOWN = 200;

    /**
     * Copies the chain.
     *
     * @param protocol the version of TLS
     * @param chain its certificates
     */
    public Certificates {
        chain = List.copyOf(chain);
    }

    /**
     * The DNS names in the server's own certificate, printable.
     *
     * @return the names; none if there is no certificate
     */
    public List<String> names() {
        return chain.stream()
                .limit(1)
                .flatMap(leaf -> DnsIds.of(leaf).stream())
                .map(RemoteText::safe)
                .toList();
    }

    /**
     * Whether the certificate has its names where nobody looks for them any more.
     *
     * @return whether there is a certificate without a DNS name
     */
    public boolean hasNoDnsName() {
        return !chain.isEmpty() && DnsIds.of(chain.get(0)).isEmpty();
    }

    /**
     * Who issued the server's own certificate.
     *
     * @return a distinguished name, printable; empty if there is no certificate
     */
    public String issuer() {
        return chain.isEmpty()
                ? ""
                : RemoteText.safe(chain.get(0).getIssuerX500Principal().getName(), SHOWN);
    }

    /**
     * When the server's own certificate ends.
     *
     * @return the time; {@link Instant#EPOCH} if there is no certificate
     */
    public Instant notAfter() {
        return chain.isEmpty() ? Instant.EPOCH : chain.get(0).getNotAfter().toInstant();
    }

    /**
     * How many whole days the certificate has left.
     *
     * @param now the time
     * @return negative if it has expired
     */
    public long daysLeft(Instant now) {
        return Duration.between(now, notAfter()).toDays();
    }
}
