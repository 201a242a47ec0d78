// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.util.concurrent.atomic.LongAdder;

/** Writes numbers as Prometheus reads them. */
final class Exposition {

    private final StringBuilder text = new StringBuilder();

    void counters(String name, String help, String label, Tally<?> tally) {
        head(name, help, "counter");
        tally.forEach((word, count) -> line(name + "{" + label + "=\"" + word + "\"}", Long.toString(count)));
    }

    void gauge(String name, String help, long value) {
        head(name, help, "gauge");
        line(name, Long.toString(value));
    }

    /** A histogram of seconds; there is one bucket more than there are bounds. */
    void histogram(String name, String help, long[] boundsMicros, LongAdder[] buckets, long micros) {
        head(name, help, "histogram");
        long count = 0;
        for (int i = 0; i < buckets.length; i++) {
            count += buckets[i].sum();
            String bound = i < boundsMicros.length ? seconds(boundsMicros[i]) : "+Inf";
            line(name + "_bucket{le=\"" + bound + "\"}", Long.toString(count));
        }
        line(name + "_sum", seconds(micros));
        line(name + "_count", Long.toString(count));
    }

    private static String seconds(long micros) {
        return Double.toString(micros / 1e6);
    }

    private void head(String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String series, String value) {
        text.append(series).append(' ').append(value).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
