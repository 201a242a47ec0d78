// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

/**
 * The TXT record at {@code _mta-sts.} (§3.1). It says that there is a policy, and by its id whether it is a new one.
 *
 * @param id 1 to 32 letters and digits; opaque, compared octet by octet, without an order
 */
public record StsRecord(String id) {

    private static final int MAX_ID = 32;

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

    static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_ID) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!Octets.isAlphanumeric(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
