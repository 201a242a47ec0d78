// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

/**
 * What a validating resolver says of an answer (RFC 4035 §4.3). A bogus one is no answer at all: the resolver says
 * SERVFAIL.
 */
public enum DnsSecurity {
    /** Signed, from the root down to the last record of the answer, and the resolver that says so may be trusted. */
    SECURE,
    /** Not signed, or nobody who may be trusted says otherwise. */
    INSECURE;

    /** A chain of answers is as secure as its weakest. */
    DnsSecurity and(DnsSecurity other) {
        return this == SECURE ? other : this;
    }
}
