// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.Mode;

/** What a decision rests on: a policy of some mode, one of the ways to have none, or an operator. */
enum Basis {
    FOUND_ENFORCE("found", Mode.ENFORCE),
    FOUND_TESTING("found", Mode.TESTING),
    FOUND_NONE("found", Mode.NONE),
    ABSENT("absent", Mode.NONE),
    UNUSABLE("unusable", Mode.NONE),
    WITHHELD("withheld", Mode.ENFORCE),
    OVERRIDDEN_ENFORCE("overridden", Mode.ENFORCE),
    OVERRIDDEN_TESTING("overridden", Mode.TESTING),
    OVERRIDDEN_NONE("overridden", Mode.NONE);

    private final String policy;
    private final Mode mode;

    Basis(String policy, Mode mode) {
        this.policy = policy;
        this.mode = mode;
    }

    static Basis of(PolicyResolution resolution) {
        Mode mode = resolution.mode();
        if (resolution instanceof PolicyResolution.Overridden) {
            return switch (mode) {
                case ENFORCE -> OVERRIDDEN_ENFORCE;
                case TESTING -> OVERRIDDEN_TESTING;
                case NONE -> OVERRIDDEN_NONE;
            };
        }
        if (resolution.applicable().isPresent()) {
            return switch (mode) {
                case ENFORCE -> FOUND_ENFORCE;
                case TESTING -> FOUND_TESTING;
                case NONE -> FOUND_NONE;
            };
        }
        if (mode == Mode.ENFORCE) {
            return WITHHELD;
        }
        return resolution.failure().isPresent() ? UNUSABLE : ABSENT;
    }

    /** Whether there is a policy, as a tag says it. */
    String policy() {
        return policy;
    }

    Mode mode() {
        return mode;
    }
}
