// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/** Whether a policy of mode {@code enforce} may hold mail back. The sender's choice, for all domains at once. */
public enum Enforcement {
    /** It does, as §5 demands. */
    HONOR,
    /** It is judged and reported, and holds nothing back: for an emergency, or for a trial run before the first day. */
    MONITOR
}
