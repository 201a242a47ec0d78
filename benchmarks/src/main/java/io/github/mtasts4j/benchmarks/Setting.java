// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

/**
 * How to measure.
 *
 * @param jvm the Java command
 * @param effort how long
 */
public record Setting(String jvm, Effort effort) {

    /** How long to measure. */
    public enum Effort {
        /** Whether it runs at all. */
        SMOKE(1, 1, 1, 10, 100, 300, 0.1),
        /** For a first impression: the error bars are wide. */
        QUICK(1, 8, 3, 1000, 10_000, 200_000, 5),
        /** For figures to be quoted. */
        FULL(5, 10, 5, 1000, 10_000, 1_000_000, 20);

        final int forks;
        final int warmUps;
        final int iterations;
        final int millis;
        final int fewDomains;
        final int domains;
        final double seconds;

        Effort(int forks, int warmUps, int iterations, int millis, int fewDomains, int domains, double seconds) {
            this.forks = forks;
            this.warmUps = warmUps; // Fewer than the JIT needs for a parser measure the JIT.
            this.iterations = iterations;
            this.millis = millis;
            this.fewDomains = fewDomains;
            this.domains = domains;
            this.seconds = seconds;
        }
    }
}
