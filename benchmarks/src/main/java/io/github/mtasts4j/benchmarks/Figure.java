// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

/**
 * What was measured several times.
 *
 * @param mean the mean
 * @param error half of the interval in which the true mean lies with a probability of 99.9 %; NaN for a single sample
 * @param samples how often it was measured
 */
public record Figure(double mean, double error, long samples) {

    private static final double CONFIDENCE = 0.999;

    static Figure of(List<Double> samples) {
        return of(new ListStatistics(
                samples.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    static Figure of(Statistics statistics) {
        return new Figure(statistics.getMean(), statistics.getMeanErrorAt(CONFIDENCE), statistics.getN());
    }

    /** The relative errors add up as those of independent figures do. */
    Figure over(Figure other) {
        double ratio = mean / other.mean;
        double relative = Math.hypot(error / mean, other.error / other.mean);
        return new Figure(ratio, Math.abs(ratio) * relative, Math.min(samples, other.samples));
    }

    @Override
    public String toString() {
        String plusMinus = Double.isNaN(error) ? "?" : number(error);
        return number(mean) + " ± " + plusMinus + " (" + samples + ")";
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size < 0.05) {
            return size < 0.0005 ? "0" : String.format(Locale.ROOT, "%.3f", value);
        }
        return String.format(Locale.ROOT, size < 10 ? "%.2f" : size < 1000 ? "%.1f" : "%.0f", value);
    }
}
