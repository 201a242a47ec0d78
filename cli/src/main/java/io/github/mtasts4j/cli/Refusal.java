// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

/** What was asked for cannot be done, and the message says why. Ends the command with {@link ExitCode#USAGE}. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Says why.
     *
     * @param message one line for the person at the keyboard
     */
    public Refusal(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message one line for the person at the keyboard
     * @param cause what happened
     */
    public Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
