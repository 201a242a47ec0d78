// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mtasts4j.cli.finding.FindingKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is written about the command: help, man page, {@code docs/cli.md}, completion. */
final class CommandPagesTest {

    private static final Path PAGE = Path.of("..", "docs", "cli.md");

    /** Every command that is shown, with the words before its name. */
    static Stream<List<String>> commands() {
        return below(List.of(), MtaStsCommand.commandLine(new Run.In().here()));
    }

    private static Stream<List<String>> below(List<String> words, CommandLine command) {
        Stream<List<String>> children = command.getSubcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .flatMap(entry -> {
                    List<String> longer = new ArrayList<>(words);
                    longer.add(entry.getKey());
                    return below(longer, entry.getValue());
                });
        return Stream.concat(Stream.of(words), children);
    }

    private static CommandLine find(List<String> words) {
        CommandLine command = MtaStsCommand.commandLine(new Run.In().here());
        for (String word : words) {
            command = Objects.requireNonNull(command.getSubcommands().get(word));
        }
        return command;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAllSections(List<String> words) {
        List<String> args = new ArrayList<>(words);
        args.add("--help");
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith(("Usage: mta-sts " + String.join(" ", words)).strip())
                .contains("\n\nOptions:\n")
                .contains("\n\nEnds with:\n")
                .contains("  3    Another mode than --expect says is in force.")
                .doesNotContain("${");
        assertThat(run.lines()).allMatch(line -> line.length() <= 100);
        for (OptionSpec option : find(words).getCommandSpec().options()) {
            assertThat(option.description()).as(option.longestName()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandThatWritesAnswersSpeaksJson(List<String> words) {
        CommandLine command = find(words);
        boolean isGroup = !command.getSubcommands().isEmpty();
        assertThat(isGroup || command.getCommandSpec().findOption("--json") != null)
                .as("json of " + words)
                .isTrue();
    }

    @Test
    void theManPageIsOfThisCommand() throws IOException {
        assertThat(ManPage.FILE).content().isEqualTo(ManPage.text());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theManPageHasEveryCommandAndOption(List<String> words) throws IOException {
        String page = Files.readString(ManPage.FILE);
        if (!words.isEmpty()) {
            assertThat(page).contains(".SS mta\\-sts " + String.join(" ", words) + "\n");
        }
        for (OptionSpec option : find(words).getCommandSpec().options()) {
            assertThat(page).contains(ManPage.roff(option.longestName()));
        }
    }

    @Test
    void thePageHasARowForEveryFindingAndNoOther() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| `[A-Z0-9_]+` \\|.*"))
                .toList();
        assertThat(rows).containsExactlyElementsOf(expectedRows());
    }

    private static List<String> expectedRows() {
        return Arrays.stream(FindingKind.values()).map(CommandPagesTest::row).toList();
    }

    static String row(FindingKind kind) {
        return "| `" + kind + "` | " + kind.severity().word() + " | " + kind.clause() + " | " + kind.remedy() + " |";
    }

    @Test
    void thePageHasEveryCommandAndExitCode() throws IOException {
        String page = Files.readString(PAGE);
        commands()
                .filter(words -> find(words).getSubcommands().isEmpty())
                .forEach(words -> assertThat(page).contains("mta-sts " + String.join(" ", words)));
        assertThat(page).contains("| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |", "| 70 |");
        Set<String> mentioned = new TreeSet<>();
        Matcher options = Pattern.compile("`(--[a-z-]+)").matcher(page);
        while (options.find()) {
            mentioned.add(options.group(1));
        }
        Set<String> known = commands()
                .flatMap(words -> find(words).getCommandSpec().options().stream())
                .flatMap(option -> Arrays.stream(option.names()))
                .collect(Collectors.toSet());
        assertThat(known).containsAll(mentioned);
    }

    @Test
    void completionKnowsTheCommands() throws IOException {
        Run run = Run.of("completion");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("complete -F _complete_mta-sts", "mta-sts mta-sts.sh", "--expect", "enforce", "purge");
        assertThat(new ObjectMapper()
                        .readTree(Run.of("completion", "--json").out())
                        .get("script")
                        .asText())
                .isEqualTo(run.out());
    }

    @Test
    void withoutACommandOneIsAskedFor() {
        for (String[] args : new String[][] {{}, {"cache"}, {"report"}, {"serve"}}) {
            Run run = Run.of(args);
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("Usage: mta-sts").doesNotContain("\tat ");
            assertThat(run.out()).isEmpty();
        }
    }
}
