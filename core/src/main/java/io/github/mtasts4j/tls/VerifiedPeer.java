// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import org.jspecify.annotations.Nullable;

/**
 * The evidence that a TLS peer is a host: it is made by {@link MxTls} from a session it has judged, or by a caller who
 * takes the responsibility in as many words.
 */
public final class VerifiedPeer {

    private final DomainName host;
    private final String how;

    VerifiedPeer(DomainName host, String how) {
        this.host = host;
        this.how = how;
    }

    /**
     * For mail servers that judge certificates themselves, and for simulations. Whoever calls this says: TLS 1.2 or
     * newer is up with this host, its certificate chains to an anchor I trust and is in its validity, and one of its
     * DNS-IDs is this very name, common names not counted (§4.2). JSSE's and most HTTP clients' own checks do
     * <em>not</em> amount to that.
     *
     * @param host the name that was verified, as in the MX record
     * @param verifier who says so, for the log; one short word
     * @return the evidence
     */
    public static VerifiedPeer assertedBy(String verifier, DomainName host) {
        return new VerifiedPeer(host, "asserted by " + verifier);
    }

    /**
     * Whom the peer was proved to be.
     *
     * @return the name in the MX record
     */
    public DomainName host() {
        return host;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifiedPeer that && host.equals(that.host) && how.equals(that.how);
    }

    @Override
    public int hashCode() {
        return host.hashCode();
    }

    @Override
    public String toString() {
        return host + " (" + how + ")";
    }
}
