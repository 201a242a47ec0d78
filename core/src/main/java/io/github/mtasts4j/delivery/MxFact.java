// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/** What {@link TlsRequirement#REQUIRETLS} wants to know of a host, and the sender has to say. What is not said is not so. */
public enum MxFact {
    /** The answer to the EHLO inside TLS has the keyword {@code REQUIRETLS}. */
    OFFERS_REQUIRETLS,
    /** The MX records are signed and were validated (DNSSEC), so that the name is the right one. */
    NAME_IS_SIGNED
}
