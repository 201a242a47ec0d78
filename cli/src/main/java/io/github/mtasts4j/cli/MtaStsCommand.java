// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import io.github.mtasts4j.cli.cache.CacheCommand;
import io.github.mtasts4j.cli.check.CheckCommand;
import io.github.mtasts4j.cli.check.ExplainCommand;
import io.github.mtasts4j.cli.offline.LintCommand;
import io.github.mtasts4j.cli.offline.MatchCommand;
import io.github.mtasts4j.cli.report.ReportCommand;
import io.github.mtasts4j.cli.serve.ServeCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code mta-sts}, which has subcommands for everything. */
@Command(
        name = "mta-sts",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = MtaStsCommand.Version.class,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        usageHelpWidth = 100,
        description =
                "MTA-STS (RFC 8461) for people who run mail servers: look at a domain as a sender sees it, before it"
                        + " matters.",
        exitCodeListHeading = "%nEnds with:%n",
        exitCodeList = {
            "0:All is well.",
            "1:There is an error among the findings, or the answer is no.",
            "2:The command line is wrong, or a file on it cannot be used.",
            "3:Another mode than --expect says is in force.",
            "4:It could not be found out: the DNS gave no answer. Try again.",
            "70:A defect of this program."
        })
public final class MtaStsCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private MtaStsCommand() {}

    /**
     * Runs the command to its end. Ends no process.
     *
     * @param here where it runs
     * @param args what stands on the command line
     * @return an {@link ExitCode}
     */
    public static int run(Surroundings here, String... args) {
        int code = commandLine(here).execute(args);
        here.out().flush();
        here.err().flush();
        return code;
    }

    /**
     * The command with all its subcommands.
     *
     * @param here where it runs
     * @return ready to be executed
     */
    public static CommandLine commandLine(Surroundings here) {
        CommandLine line = new CommandLine(new MtaStsCommand())
                .addSubcommand(new CheckCommand(here))
                .addSubcommand(new ExplainCommand(here))
                .addSubcommand(new MatchCommand(here))
                .addSubcommand(new LintCommand(here))
                .addSubcommand("cache", CacheCommand.commandLine(here))
                .addSubcommand("report", ReportCommand.commandLine(here))
                .addSubcommand("serve", ServeCommand.commandLine(here))
                .addSubcommand(new CompletionCommand(here));
        line.setOut(writer(here.out()));
        line.setErr(writer(here.err()));
        line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, here));
        return line;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int failed(Exception failure, Surroundings here) {
        if (failure instanceof Refusal || failure instanceof UncheckedIOException) {
            here.err().println("mta-sts: " + failure.getMessage());
            return ExitCode.USAGE;
        }
        here.err().println("mta-sts: a defect of this program; please report it with what follows");
        failure.printStackTrace(here.err());
        return ExitCode.INTERNAL;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    /** What {@code --version} writes. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(
                            MtaStsCommand.class.getPackage().getImplementationVersion())
                    .orElse("unpackaged");
            return new String[] {
                "mta-sts " + version + " (mtasts4j, Java " + Runtime.version().feature() + ")"
            };
        }
    }
}
