// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import io.github.mtasts4j.discovery.PolicyResolution;

/** What became of one delivery attempt. */
sealed interface Outcome {

    /** A host has taken the message. */
    record Delivered() implements Outcome {}

    /** A host that may have the message has refused it for good; that is no policy's concern. */
    record Refused(String why) implements Outcome {}

    /** Nobody has the message; {@code policy} is what the hosts were judged by. */
    record Deferred(PolicyResolution policy, String why) implements Outcome {}
}
