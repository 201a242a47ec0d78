// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.DaneOutcome;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What DANE (RFC 7672) says of one MX, for senders that do DANE. Both methods are called on the thread that connects; one
 * that throws counts as {@link DaneOutcome#ERROR}.
 */
public interface DaneCheck {

    /** For senders that do no DANE. */
    DaneCheck NONE = of(DaneOutcome.NOT_APPLICABLE);

    /**
     * What DANE is expected to say before there is a connection.
     *
     * @return {@link DaneOutcome#PASSED} for usable secure TLSA records whose check is still to come
     */
    DaneOutcome planned();

    /**
     * What DANE says of the session.
     *
     * @param chain the peer's certificates, its own first; empty without TLS
     * @return the outcome
     */
    DaneOutcome judge(List<X509Certificate> chain);

    /**
     * An outcome that does not depend on the peer.
     *
     * @param outcome such as {@link DaneOutcome#NOT_APPLICABLE} or {@link DaneOutcome#UNUSABLE}
     * @return a check that always says so
     */
    static DaneCheck of(DaneOutcome outcome) {
        return new DaneCheck() {
            @Override
            public DaneOutcome planned() {
                return outcome;
            }

            @Override
            public DaneOutcome judge(List<X509Certificate> chain) {
                return outcome;
            }
        };
    }
}
