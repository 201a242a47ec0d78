// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mta-sts cache}, whose subcommands do the work. */
@Command(
        name = "cache",
        description = {
            "Look into a store of policies, and look after it.",
            "",
            "A mail server may use the store meanwhile. What it has in memory it goes on using until it next asks the store."
        })
public final class CacheCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private CacheCommand() {}

    /**
     * Makes the command with its subcommands.
     *
     * @param here where it runs
     * @return ready to be a subcommand
     */
    public static CommandLine commandLine(Surroundings here) {
        return new CommandLine(new CacheCommand())
                .addSubcommand(new CacheList(here))
                .addSubcommand(new CacheShow(here))
                .addSubcommand(new CachePurge(here))
                .addSubcommand(new CacheWarm(here))
                .addSubcommand(new CacheExport(here))
                .addSubcommand(new CacheImport(here));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the store");
    }
}
