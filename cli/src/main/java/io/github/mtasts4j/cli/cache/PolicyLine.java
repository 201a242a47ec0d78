// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.MxPattern;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One policy of a store, as it is written. */
final class PolicyLine {

    private PolicyLine() {}

    /** All of a store, by name. */
    static List<CachedPolicy> all(PolicyStore store) {
        List<CachedPolicy> all = new ArrayList<>();
        store.scan(all::add);
        all.sort(Comparator.comparing(CachedPolicy::domain));
        return all;
    }

    static String text(CachedPolicy policy, Instant now) {
        return String.format(
                Locale.ROOT,
                "%-40s %-8s id %-32s fetched %s, %s %s",
                policy.domain(),
                policy.policy().mode().keyword(),
                policy.id(),
                policy.fetchedAt().truncatedTo(ChronoUnit.SECONDS),
                policy.isLive(now) ? "in force until" : "EXPIRED at",
                policy.expiresAt().truncatedTo(ChronoUnit.SECONDS));
    }

    /** The fields of the export; a promise. */
    static void hint(Json json, CachedPolicy policy) {
        json.field("domain", policy.domain())
                .field("id", policy.id())
                .field("mode", policy.policy().mode().keyword())
                .field("fetchedAt", policy.fetchedAt())
                .field("expires", policy.expiresAt());
    }

    static String json(CachedPolicy policy, Instant now) {
        return Json.object(json -> {
            hint(json, policy);
            json.flag("live", policy.isLive(now))
                    .number("maxAge", policy.policy().maxAge().toSeconds())
                    .texts(
                            "mx",
                            policy.policy().mx().stream()
                                    .map(MxPattern::toString)
                                    .toList());
        });
    }
}
