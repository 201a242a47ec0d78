// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.nio.charset.StandardCharsets;

/**
 * The TXT record at {@code _mta-sts.} (§3.1). It says that there is a policy, and by its id whether it is a new one.
 *
 * @param id 1 to 32 letters and digits; opaque, compared octet by octet, without an order
 */
public record StsRecord(String id) {

    static final int MAX_ID = 32;

    /**
     * Checks the id.
     *
     * @param id 1 to 32 letters and digits
     * @throws IllegalArgumentException if it is not 1 to 32 ASCII letters and digits
     */
    public StsRecord {
        if (!isId(id)) {
            throw new IllegalArgumentException("not an id: \"" + RemoteText.safe(id) + "\"");
        }
    }

    private static boolean isId(String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1); // What has none in it becomes a question mark.
        for (byte octet : octets) {
            if (!Octets.isAlphanumeric(octet)) {
                return false;
            }
        }
        return octets.length > 0 && octets.length <= MAX_ID;
    }
}
