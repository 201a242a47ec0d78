// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What the ids of a day's reports are made of: no two days of any node have the same. */
final class Seeds {

    private static final int OCTETS = 16;

    private final SecureRandom random = new SecureRandom();

    String next() {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}
