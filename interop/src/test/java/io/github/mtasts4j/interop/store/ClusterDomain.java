// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.time.Duration;
import java.util.Locale;

/** One of the many domains of a run, by its number. Each policy names the version that it is. */
record ClusterDomain(int number) {

    private static final Duration MAX_AGE = Duration.ofDays(7);

    static ClusterDomain of(DomainName name) {
        String text = name.toString();
        return new ClusterDomain(Integer.parseInt(text.substring(1, text.indexOf('.'))));
    }

    DomainName name() {
        return DomainName.of(toString());
    }

    @Override
    public String toString() {
        return "d" + number + ".example";
    }

    /** A policy of it, as it is published. */
    record Version(int number, Mode mode) {

        static final Version FIRST = new Version(1, Mode.ENFORCE);

        /** The version that a policy is: by its text, not by its id. */
        static Version of(Policy policy) {
            String host = policy.mx().get(0).toString();
            return new Version(Integer.parseInt(host.substring(2, host.indexOf('.'))), policy.mode());
        }

        static Version parse(String text) {
            int colon = text.indexOf(':');
            return new Version(
                    Integer.parseInt(text.substring(0, colon)),
                    Mode.valueOf(text.substring(colon + 1).toUpperCase(Locale.ROOT)));
        }

        String id() {
            return "v" + number;
        }

        @Override
        public String toString() {
            return number + ":" + mode.keyword();
        }
    }

    String policy(Version version) {
        return RecipientDomain.policy(version.mode(), MAX_AGE, "mx" + version.number() + "." + this);
    }
}
