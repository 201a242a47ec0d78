// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.cluster;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.ResolverListener;
import java.io.PrintStream;
import java.util.Optional;

/** Prints what this node does for the cluster, and how its store is. What it does not fetch another node has fetched. */
record ClusterNews(PrintStream out) implements ResolverListener {

    @Override
    public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        out.println("fetched for all: " + policy.domain() + ", id " + policy.id());
    }

    @Override
    public void policyEvent(PolicyEvent event) {
        out.println(event.kind() + " " + event.policy().domain());
    }

    @Override
    public void healthEvent(HealthEvent event) {
        out.println(event.kind() + " " + event.detail());
    }
}
