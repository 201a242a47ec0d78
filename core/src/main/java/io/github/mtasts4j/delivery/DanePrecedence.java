// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/** What counts when DANE passes and an {@code enforce} policy is violated. The RFC leaves it open (decision D20). */
public enum DanePrecedence {
    /** Both have to hold. The default: §5 forbids delivery against an {@code enforce} policy without exception. */
    BOTH_MUST_HOLD,
    /** A host that passes DANE may have the mail. */
    DANE_SUFFICES
}
