// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.nio.file.Path;

/** What a scenario needs and no user does: a refresher that ticks when the test says so, and the file of a policy. */
public final class Backstage {

    private Backstage() {}

    /** What the refresher's thread does once a minute. */
    public static void tick(PolicyRefresher refresher) {
        refresher.tick();
    }

    /** The directory in a store that the file of a domain belongs to. */
    public static Path shelf(Path store, DomainName domain) {
        return store.resolve(String.format("%02x", PolicyLocation.of(domain).shelf()));
    }

    /** The file of a domain's policy. */
    public static Path file(Path store, DomainName domain) {
        return shelf(store, domain).resolve(PolicyLocation.of(domain).fileName());
    }
}
