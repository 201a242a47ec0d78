// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.testkit.SimulatedSender.Attempt;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of each message, for a person to read. */
final class ResultTable {

    private static final List<String> HEADINGS = List.of("situation", "domain", "MX", "TLS gave", "verdict", "why");
    private static final int WIDEST = 78;

    private final List<List<String>> rows = new ArrayList<>();

    void add(Scenario scenario, Delivery delivery) {
        boolean first = true;
        for (Attempt attempt : delivery.attempts()) {
            DeliveryDecision decision = attempt.decision();
            rows.add(List.of(
                    first ? scenario.situation() : "",
                    first ? scenario.domain() : "",
                    attempt.mx().toString(),
                    cut(decision.attempt().tls().toString(), 34),
                    decision.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    cut(why(decision), WIDEST)));
            first = false;
        }
    }

    private static String why(DeliveryDecision decision) {
        if (!decision.violations().isEmpty()) {
            return decision.violations().get(0).kind().clause() + ": "
                    + decision.violations().get(0).detail();
        }
        if (decision instanceof DeliveryDecision.Deliver deliver && deliver.channel() == Channel.AUTHENTICATED) {
            return "the MX is listed and its certificate is verified";
        }
        return decision.attempt()
                .resolution()
                .failure()
                .map(failure -> "no policy to be had: " + failure.detail())
                .orElseGet(() -> decision.attempt().resolution().applicable().isPresent()
                        ? "mode none: as if there were no policy"
                        : "the domain publishes no policy");
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 3) + "...";
    }

    @Override
    public String toString() {
        int[] widths = new int[HEADINGS.size()];
        List<List<String>> all = new ArrayList<>(List.of(HEADINGS));
        all.addAll(rows);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> row : all) {
            out.append(line(row, widths)).append('\n');
            if (row == all.get(0)) {
                out.append(rule(widths)).append('\n');
            }
        }
        return out.toString();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }

    private static String rule(int[] widths) {
        StringBuilder rule = new StringBuilder();
        for (int width : widths) {
            rule.append("-".repeat(width)).append("  ");
        }
        return rule.toString().stripTrailing();
    }
}
