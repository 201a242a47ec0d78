// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import picocli.CommandLine.Option;

/** How to say it; every command has these. */
public final class OutputOptions {

    /** When there are colours. */
    public enum Colour {
        /** If a person sees them, and NO_COLOR is not set. */
        auto,
        /** Always. */
        always,
        /** Never. */
        never
    }

    @Option(
            names = "--json",
            description = "Write JSON, one object on one line for each result, instead of text for people.")
    private boolean json;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "Use colours: auto, always or never. auto means on a terminal only, and not if the"
                    + " environment variable NO_COLOR is set. Default: ${DEFAULT-VALUE}.")
    private Colour colour = Colour.auto;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also write what the library logs, to standard error.")
    private boolean verbose;

    /** Made by picocli. */
    public OutputOptions() {}

    /**
     * Whether programs read the output.
     *
     * @return whether to write JSON
     */
    public boolean json() {
        return json;
    }

    /**
     * Whether a person sees colours.
     *
     * @param here where the command runs
     * @return whether to use them
     */
    public boolean colours(Surroundings here) {
        return switch (colour) {
            case always -> true;
            case never -> false;
            case auto ->
                here.outIsTerminal() && here.env().getOrDefault("NO_COLOR", "").isEmpty();
        };
    }

    /**
     * Whether the log is wanted; {@link Main} has seen to it.
     *
     * @return whether {@code --verbose} was given
     */
    public boolean verbose() {
        return verbose;
    }
}
