// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

/** The counters of one name; their tags tell them apart. */
enum Family {
    POLICY_FETCHED("mtasts.policy.fetched", "policies", "Policies that were fetched and put in force"),
    DISCOVERY_FAILURES(
            "mtasts.discovery.failures",
            "failures",
            "Attempts to find a policy or to bring one up to date that failed, one per attempt, not per message"),
    POLICY_EVENTS("mtasts.policy.events", "events", "What happened to policies that an operator should know"),
    HEALTH_EVENTS(
            "mtasts.health.events", "events", "What happened to the sender's own means that an operator should know"),
    OVERRIDE_EVENTS("mtasts.override.events", "events", "Uses and ends of an operator's overrides, once a day each"),
    DECISIONS("mtasts.decisions", "decisions", "Decisions on one MX host, by the mode that applied"),
    REQUIREMENTS("mtasts.requirements", "decisions", "Decisions on one MX host, by what the message asked of TLS"),
    VIOLATIONS(
            "mtasts.violations",
            "violations",
            "What MX hosts failed in, whatever was decided; a decision may have several");

    private final String meter;
    private final String unit;
    private final String description;

    Family(String meter, String unit, String description) {
        this.meter = meter;
        this.unit = unit;
        this.description = description;
    }

    String meter() {
        return meter;
    }

    String unit() {
        return unit;
    }

    String description() {
        return description;
    }
}
