// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;

/**
 * A trace of an operator's override, for the audit.
 *
 * @param kind what it is
 * @param override the override
 * @param published what the domain publishes
 * @param at when it was noticed
 */
public record OverrideEvent(Kind kind, PolicyOverride override, PolicyResolution published, Instant at) {

    /** What can happen. Fixed, so that it can be counted. */
    public enum Kind {
        /** The override makes a difference to mail. Told when it first does, and once a day while it goes on. */
        APPLIED,
        /** The override is there and has ended: what the domain publishes counts again. Told once. */
        EXPIRED
    }
}
