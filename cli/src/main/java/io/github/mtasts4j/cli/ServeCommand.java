// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mta-sts serve}, the place for servers; shown as soon as it has one. */
@Command(name = "serve", hidden = true, description = "Answer another program's questions about policies.")
final class ServeCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                spec.subcommands().isEmpty() ? "there is nothing to serve in this build" : "say whom to serve");
    }
}
