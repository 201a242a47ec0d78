// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyResolution;
import java.util.Optional;

/**
 * What a node says of a domain.
 *
 * @param policy the version that applies and when it was fetched, in milliseconds; empty if there is none at hand
 * @param clear whether mail may go to anybody, in the clear
 */
record NodeState(Optional<Held> policy, boolean clear) {

    /** A policy in force. */
    record Held(ClusterDomain.Version version, long fetchedAt) {}

    static NodeState of(PolicyResolution resolution, boolean clear) {
        return new NodeState(resolution.applicable().map(NodeState::held), clear);
    }

    private static Held held(CachedPolicy policy) {
        return new Held(
                ClusterDomain.Version.of(policy.policy()), policy.fetchedAt().toEpochMilli());
    }

    @Override
    public String toString() {
        return policy.map(held -> held.version + "@" + held.fetchedAt).orElse("-") + (clear ? "!" : "");
    }

    static NodeState parse(String text) {
        boolean clear = text.endsWith("!");
        String held = clear ? text.substring(0, text.length() - 1) : text;
        if (held.equals("-")) {
            return new NodeState(Optional.empty(), clear);
        }
        int at = held.indexOf('@');
        return new NodeState(
                Optional.of(new Held(
                        ClusterDomain.Version.parse(held.substring(0, at)), Long.parseLong(held.substring(at + 1)))),
                clear);
    }
}
