// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.util.Locale;

/** What an answer says, and why. */
enum AnswerKind {
    /** An {@code enforce} policy. */
    SECURE("OK"),
    /** An {@code enforce} policy, but DANE goes before it. */
    DANE("OK"),
    /** An {@code enforce} policy, and the operator only looks on. */
    MONITORED("NOTFOUND"),
    /** A {@code testing} policy. */
    TESTING("NOTFOUND"),
    /** A policy of mode {@code none}. */
    NONE("NOTFOUND"),
    /** There is no policy. */
    ABSENT("NOTFOUND"),
    /** There may be a policy, and it cannot be had. */
    UNUSABLE("NOTFOUND"),
    /** A parent of a domain: policies are not inherited (§3.4). */
    PARENT("NOTFOUND"),
    /** Nothing that has a policy: an address, a single label, no name at all. */
    NO_DOMAIN("NOTFOUND"),
    /** The mail has to wait. */
    HELD("TEMP"),
    /** No request. */
    REFUSED("PERM");

    private final String word;

    AnswerKind(String word) {
        this.word = word;
    }

    /** What the reply begins with. */
    String word() {
        return word;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
