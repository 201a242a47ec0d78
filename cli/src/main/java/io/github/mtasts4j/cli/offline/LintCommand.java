// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.offline;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.InputFile;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Paint;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingText;
import io.github.mtasts4j.cli.finding.PolicyLint;
import io.github.mtasts4j.cli.finding.RecordLint;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.tlsreport.ReportingPolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mta-sts lint}. */
@Command(
        name = "lint",
        description = {
            "Look at a policy or a TXT record before it is published.",
            "",
            "Takes the text of a policy (the file mta-sts.txt), of an MTA-STS record, or of a TLSRPT record; which it is shows."
                    + " Nobody is asked."
        },
        footer = {"", "Examples:", "  mta-sts lint mta-sts.txt", "  echo 'v=STSv1; id=20260101;' | mta-sts lint -"})
public final class LintCommand implements Callable<Integer> {

    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Surroundings here;

    @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
    private String file = "";

    @ArgGroup
    private Kind kind = new Kind();

    @Option(names = "--strict", description = "End with 1 for warnings too.")
    private boolean strict;

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** What the text is said to be. */
    static final class Kind {

        @Option(names = "--policy", description = "Take the text for a policy.")
        boolean policy;

        @Option(names = "--record", description = "Take the text for a TXT record.")
        boolean record;
    }

    /**
     * Makes the command.
     *
     * @param here where it runs
     */
    public LintCommand(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        byte[] octets = InputFile.read(file, PolicyParser.MAX_BODY_OCTETS, here);
        String subject = file.equals("-") ? "standard input" : file;
        String text = unquoted(new String(octets, StandardCharsets.ISO_8859_1));
        String what = whatIs(text);
        List<Finding> found = new ArrayList<>(
                switch (what) {
                    case "policy" -> PolicyLint.of(subject, octets);
                    case "TLSRPT record" ->
                        RecordLint.ofReporting(subject, ReportingPolicyParser.select(List.of(latin(text))));
                    default -> RecordLint.ofSts(subject, List.of(latin(text)));
                });
        found.sort(Comparator.comparing(Finding::severity));
        boolean bad = found.stream()
                .anyMatch(finding ->
                        finding.severity() == Severity.ERROR || (strict && finding.severity() == Severity.WARNING));
        write(subject, what, found, bad);
        return bad ? ExitCode.FOUND : ExitCode.OK;
    }

    private String whatIs(String text) {
        String begin = text.stripLeading().toLowerCase(Locale.ROOT);
        if (!kind.policy && begin.startsWith("v=tlsrpt")) {
            return "TLSRPT record";
        }
        return kind.record || (!kind.policy && begin.startsWith("v=")) ? "MTA-STS record" : "policy";
    }

    /** As a zone file has it, in one string or several; and without the line end that an editor has put there. */
    private static String unquoted(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("\"")) {
            return stripped;
        }
        StringBuilder joined = new StringBuilder();
        Matcher strings = QUOTED.matcher(stripped);
        while (strings.find()) {
            joined.append(strings.group(1).replaceAll("\\\\(.)", "$1"));
        }
        return joined.toString();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void write(String subject, String what, List<Finding> found, boolean bad) {
        if (output.json()) {
            here.out()
                    .println(Json.object(json -> json.field("subject", subject)
                            .field("kind", what)
                            .flag("usable", !bad)
                            .objects("findings", found, FindingText::write)));
        } else {
            boolean colours = output.colours(here);
            String verdict = bad ? Paint.RED.on("not good", colours) : Paint.GREEN.on("good", colours);
            here.out().println(subject + ": " + verdict + ", read as " + (what.startsWith("M") ? "an " : "a ") + what);
            found.forEach(finding -> here.out().print(FindingText.of(finding, colours, true)));
        }
        here.out().flush();
    }
}
