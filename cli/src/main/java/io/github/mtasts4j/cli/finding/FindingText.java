// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.Paint;
import java.util.Locale;

/** Findings as they are written. */
public final class FindingText {

    private FindingText() {}

    /**
     * For people.
     *
     * @param finding what was found
     * @param colours whether to use them
     * @param withRemedy whether to say what to do about it
     * @return one line, or two
     */
    public static String of(Finding finding, boolean colours, boolean withRemedy) {
        String severity = String.format(Locale.ROOT, "%-7s", finding.severity().word());
        String first = "  " + paint(finding.severity()).on(severity, colours) + " "
                + Paint.BOLD.on(finding.kind().name(), colours) + " " + finding.subject() + ": " + finding.detail()
                + finding.place().map(place -> ", " + place).orElse("") + " ("
                + finding.kind().clause() + ")\n";
        return withRemedy ? first + "          " + Paint.DIM.on(finding.kind().remedy(), colours) + "\n" : first;
    }

    private static Paint paint(Severity severity) {
        return switch (severity) {
            case ERROR -> Paint.RED;
            case WARNING -> Paint.YELLOW;
            case INFO -> Paint.DIM;
        };
    }

    /**
     * For programs.
     *
     * @param json where to
     * @param finding what was found
     */
    public static void write(Json json, Finding finding) {
        json.field("id", finding.kind().name())
                .field("severity", finding.severity().word())
                .field("subject", finding.subject())
                .field("detail", finding.detail())
                .field("clause", finding.kind().clause())
                .field("remedy", finding.kind().remedy());
        finding.place().ifPresent(place -> json.number("line", place.line()).number("column", place.column()));
    }
}
