// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.nio.charset.StandardCharsets;

/**
 * Where the policy of a domain is kept. Follows from the canonical name alone, which has nothing in it but lower-case
 * letters, digits, inner hyphens, underscores and single dots, so no stranger's text is ever a path.
 *
 * @param shelf which directory, 0 to 255, by the hash of the name
 * @param fileName the name in readable form, or its hash where it is too long for some file systems
 */
record PolicyLocation(int shelf, String fileName) {

    static final int SHELVES = 256;

    /** eCryptfs takes 143 octets, others 255; a domain name has up to 253. */
    private static final int LONGEST_READABLE = 128;

    // The prefixes keep policies apart from other files, and from Windows' device names: con.example is a domain.
    private static final String READABLE = "policy-";
    private static final String HASHED = "sha256-";

    static PolicyLocation of(DomainName domain) {
        String name = domain.toString();
        String hash = PolicyRecord.sha256(name.getBytes(StandardCharsets.US_ASCII));
        return new PolicyLocation(
                Integer.parseInt(hash, 0, 2, 16), name.length() <= LONGEST_READABLE ? READABLE + name : HASHED + hash);
    }

    static boolean isPolicy(String fileName) {
        return fileName.startsWith(READABLE) || fileName.startsWith(HASHED);
    }
}
