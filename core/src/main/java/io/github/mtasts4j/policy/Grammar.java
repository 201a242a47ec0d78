// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

/** How closely a text has to follow the ABNF of RFC 8461. */
public enum Grammar {
    /** The ABNF. What it does not generate is malformed. */
    STRICT,
    /**
     * The ABNF with five tolerances: a leading UTF-8 byte order mark and white-space-only lines in a policy, a
     * trailing dot of an {@code mx}, empty fields and trailing white space in a TXT record.
     */
    LENIENT
}
