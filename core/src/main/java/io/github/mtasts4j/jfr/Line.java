// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.policy.RemoteText;

/** Text in an event. It should be one printable line already; whoever hands it to the listener may not have seen to it. */
final class Line {

    private static final int LIMIT = 200;

    private Line() {}

    static String of(String text) {
        // Not escaped once more, so that it reads as in the log.
        return isOne(text) ? text : RemoteText.safe(text, LIMIT);
    }

    private static boolean isOne(String text) {
        return text.length() <= LIMIT && text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
    }
}
