// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.Map;
import java.util.Optional;

/**
 * One row of the table: what is compared with what, and how it should come out. The figures are measured.
 *
 * @param what the row's name
 * @param ours the name of our figure
 * @param baseline the name of the figure it is divided by; empty where ours is held against a number as it is
 * @param sense which way is good
 * @param bound the goal
 */
public record Goal(String what, String ours, Optional<String> baseline, Sense sense, double bound) {

    /** Which way is good. */
    public enum Sense {
        /** The less the better. */
        AT_MOST("≤"),
        /** The more the better. */
        AT_LEAST("≥");

        private final String sign;

        Sense(String sign) {
            this.sign = sign;
        }
    }

    public static Goal atMost(double bound, String what, String ours, String baseline) {
        return new Goal(what, ours, Optional.of(baseline), Sense.AT_MOST, bound);
    }

    public static Goal atLeast(double bound, String what, String ours, String baseline) {
        return new Goal(what, ours, Optional.of(baseline), Sense.AT_LEAST, bound);
    }

    public static Goal absolutely(double bound, String what, String ours) {
        return new Goal(what, ours, Optional.empty(), Sense.AT_MOST, bound);
    }

    /** The row, as cells. */
    String[] cells(Map<String, Figure> figures) {
        Figure mine = figures.get(ours);
        Figure base = baseline.map(figures::get).orElse(null);
        if (mine == null || (baseline.isPresent() && base == null)) {
            return new String[] {what, "–", "–", "–", goal(), "not measured"};
        }
        Figure ratio = base == null ? mine : mine.over(base);
        return new String[] {
            what,
            mine.toString(),
            base == null ? "–" : base.toString(),
            base == null ? "–" : ratio.toString(),
            goal(),
            isReached(ratio.mean()) ? "yes" : "NO"
        };
    }

    private String goal() {
        return sense.sign + " " + (bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound));
    }

    private boolean isReached(double value) {
        double shown = Math.round(value * 1000) / 1000.0;
        return sense == Sense.AT_MOST ? shown <= bound : shown >= bound;
    }
}
