// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;
import java.util.Optional;

/**
 * What the TXT record of a domain said when it was last looked at.
 *
 * @param id the id in it
 * @param failure why there is no id; there is one or the other
 * @param nextLook when to look again
 */
record Sighting(Optional<String> id, Optional<StsFailure> failure, Instant nextLook) {

    static Sighting of(String id, Instant nextLook) {
        return new Sighting(Optional.of(id), Optional.empty(), nextLook);
    }

    static Sighting none(StsFailure failure, Instant nextLook) {
        return new Sighting(Optional.empty(), Optional.of(failure), nextLook);
    }

    boolean shows(String value) {
        return id.filter(value::equals).isPresent();
    }

    /** Whether the DNS has given no usable answer. */
    boolean isUnavailable() {
        return failure.filter(f -> f.code() == FailureCode.DNS_TRANSIENT).isPresent();
    }

    /** Whether there is no MTA-STS record, which the DNS has said for certain. */
    boolean isGone() {
        return failure.filter(f -> f.code() == FailureCode.TXT_GONE).isPresent();
    }
}
