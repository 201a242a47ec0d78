// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The man page, made of what the commands say of themselves; {@code main} writes it into {@code src/man}, and a test says when that
 * has to be done again.
 */
final class ManPage {

    static final Path FILE = Path.of("src", "man", "mta-sts.1");

    private static final String HEAD = """
            .\\" SPDX-License-Identifier: Apache-2.0
            .\\" Made by ManPage of the tests; change the commands, not this.
            .TH MTA\\-STS 1 "" "mtasts4j" "MTA\\-STS"
            .SH NAME
            mta\\-sts \\- look at MTA\\-STS as a sender sees it
            .SH SYNOPSIS
            .B mta\\-sts
            .I COMMAND
            [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]
            .SH DESCRIPTION
            """;

    private static final String TAIL = """
            .SH ENVIRONMENT
            .TP
            .B NO_COLOR
            If set to anything, no colours are used.
            .TP
            .B MTA_STS_STORE_PASSWORD
            The password for a store in PostgreSQL or Redis.
            .TP
            .B PGPASSWORD, PGPASSFILE
            The same for PostgreSQL, as psql has it: the password, and a file of passwords; by default ~/.pgpass.
            .TP
            .B JAVA_HOME
            The Java to run; by default the one on the PATH. It has to be 17 or newer.
            .TP
            .B MTA_STS_JAR
            The jar to run, if it is not where the launcher looks.
            .TP
            .B MTA_STS_JAVA_OPTS
            Options for Java itself.
            .SH EXAMPLES
            .nf
            mta\\-sts check example.com
            mta\\-sts check \\-\\-expect enforce \\-\\-brief \\-\\-from domains.txt
            mta\\-sts lint mta\\-sts.txt
            mta\\-sts cache list \\-\\-store file:/var/lib/mta\\-sts
            mta\\-sts serve postfix \\-\\-store 'jdbc:postgresql://db.example/mta_sts?user=mta_sts'
            .fi
            .SH SEE ALSO
            RFC 8461, RFC 8460. The findings are explained in docs/cli.md.
            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    private ManPage() {}

    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args.length > 0 ? args[0] : FILE.toString()), text());
    }

    static String text() {
        ManPage page = new ManPage();
        CommandSpec root = MtaStsCommand.commandLine(new Run.In().here()).getCommandSpec();
        page.paragraphs(root);
        page.page.append(".SH COMMANDS\n");
        page.commands("mta-sts", root);
        page.page.append(".SH EXIT STATUS\n");
        root.usageMessage().exitCodeList().forEach(page::term);
        return page.page.append(TAIL).toString();
    }

    private void commands(String prefix, CommandSpec parent) {
        for (Map.Entry<String, CommandLine> entry : parent.subcommands().entrySet()) {
            CommandSpec command = entry.getValue().getCommandSpec();
            if (!command.usageMessage().hidden()) {
                page.append(".SS ").append(roff(prefix + " " + entry.getKey())).append('\n');
                command(command);
                commands(prefix + " " + entry.getKey(), command);
            }
        }
    }

    private void command(CommandSpec command) {
        paragraphs(command);
        for (PositionalParamSpec argument : command.positionalParameters()) {
            term(argument.paramLabel(), String.join(" ", argument.description()));
        }
        for (OptionSpec option : command.options()) {
            String label = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
            String text = String.join(" ", option.description());
            term(
                    String.join(", ", option.names()) + label,
                    text.replace("${DEFAULT-VALUE}", option.defaultValueString()));
        }
    }

    private void paragraphs(CommandSpec command) {
        for (String line : command.usageMessage().description()) {
            page.append(line.isEmpty() ? ".PP" : roff(line)).append('\n');
        }
    }

    private void term(String name, String text) {
        page.append(".TP\n.B ")
                .append(roff(name))
                .append('\n')
                .append(roff(text))
                .append('\n');
    }

    /** A hyphen that is typed is a minus sign; a line must not begin with a control. */
    static String roff(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("§", "\\(sc");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
