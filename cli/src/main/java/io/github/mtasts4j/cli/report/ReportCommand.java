// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.report;

import io.github.mtasts4j.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mta-sts report}, whose subcommands do the work. */
@Command(name = "report", description = "Read TLS reports (RFC 8460).")
public final class ReportCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ReportCommand() {}

    /**
     * Makes the command with its subcommands.
     *
     * @param here where it runs
     * @return ready to be a subcommand
     */
    public static CommandLine commandLine(Surroundings here) {
        return new CommandLine(new ReportCommand()).addSubcommand(new ReportShow(here));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the report");
    }
}
