// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.util.Arrays;
import java.util.List;

/** The command {@code mta-sts}, run by itself. The one place that ends the process. */
public final class Main {

    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Main() {}

    /**
     * Runs the command.
     *
     * @param args what stands on the command line
     */
    public static void main(String[] args) {
        // Before anything has a logger. A log line of the library is for those who ask for it.
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, level(Arrays.asList(args)));
        }
        int code = MtaStsCommand.run(Surroundings.ofProcess(), args);
        System.exit(code); // Daemon threads of a look-up that nobody waits for any more must not keep anybody waiting.
    }

    /** A server's operator reads its log; whoever runs a check reads what it says. */
    private static String level(List<String> args) {
        if (args.contains("serve")) {
            return "info";
        }
        return args.contains("--verbose") || args.contains("-v") ? "warn" : "off";
    }
}
