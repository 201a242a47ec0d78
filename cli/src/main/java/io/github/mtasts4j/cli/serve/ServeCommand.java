// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import io.github.mtasts4j.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mta-sts serve}, whose subcommands do the work. */
@Command(name = "serve", description = "Answer another program's questions about policies.")
public final class ServeCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ServeCommand() {}

    /**
     * Makes the command with its subcommands.
     *
     * @param here where it runs
     * @return ready to be a subcommand
     */
    public static CommandLine commandLine(Surroundings here) {
        return new CommandLine(new ServeCommand()).addSubcommand(new ServePostfix(here));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say whom to serve");
    }
}
