// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.delivery.Violation.Kind;
import io.github.mtasts4j.policy.Mode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a message with REQUIRETLS finds wanting (RFC 8689 §4.2.1), whatever the domain's policy. */
final class RequireTls {

    private static final Set<Kind> KINDS =
            EnumSet.of(Kind.REQUIRETLS_NAME_UNPROVED, Kind.REQUIRETLS_PEER_UNPROVED, Kind.REQUIRETLS_NOT_OFFERED);

    private RequireTls() {}

    /** What is wrong before there is a connection: nobody vouches for the name. */
    static List<Violation> ofName(MxAttempt attempt) {
        return isNameProved(attempt)
                ? List.of()
                : List.of(new Violation(
                        Kind.REQUIRETLS_NAME_UNPROVED,
                        "requiretls-name",
                        "the message has REQUIRETLS, and neither DNSSEC nor an enforce policy vouches for "
                                + attempt.mx()));
    }

    /** Testing and none promise nothing about the name; DANE is never without signed MX records. */
    private static boolean isNameProved(MxAttempt attempt) {
        return attempt.facts().contains(MxFact.NAME_IS_SIGNED)
                || attempt.dane() == DaneOutcome.PASSED
                || (attempt.resolution().mode() == Mode.ENFORCE
                        && attempt.resolution().lists(attempt.mx()));
    }

    /** What is wrong with the session. */
    static List<Violation> of(MxAttempt attempt) {
        List<Violation> all = new ArrayList<>(ofName(attempt));
        if (!isPeerProved(attempt)) {
            all.add(new Violation(
                    Kind.REQUIRETLS_PEER_UNPROVED,
                    "requiretls-peer",
                    "the message has REQUIRETLS, and the peer is not verified: " + attempt.tls()));
        }
        if (!attempt.facts().contains(MxFact.OFFERS_REQUIRETLS)) {
            all.add(new Violation(
                    Kind.REQUIRETLS_NOT_OFFERED,
                    "requiretls-not-offered",
                    "the message has REQUIRETLS, and " + attempt.mx() + " does not offer it"));
        }
        return all;
    }

    private static boolean isPeerProved(MxAttempt attempt) {
        boolean byCertificate = Violations.ofTls(attempt).isEmpty();
        return attempt.tls().isEncrypted() && (byCertificate || attempt.dane() == DaneOutcome.PASSED);
    }

    /** Whether it is the message that demands otherwise, and neither the domain nor DANE. */
    static boolean demands(Violation violation) {
        return KINDS.contains(violation.kind());
    }
}
