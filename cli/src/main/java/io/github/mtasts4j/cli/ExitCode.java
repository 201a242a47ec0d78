// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

/** What the command ends with. A promise to scripts; docs/cli.md says it too. */
public final class ExitCode {

    /** All is well. */
    public static final int OK = 0;

    /** There is a finding of severity error, or the answer is no. */
    public static final int FOUND = 1;

    /** The command line is wrong, or a file that it names cannot be used. */
    public static final int USAGE = 2;

    /** The policy that was expected is not in force. */
    public static final int UNEXPECTED = 3;

    /** It could not be found out: the DNS gave no answer. To be tried again. */
    public static final int UNKNOWN = 4;

    /** A defect of the command itself. */
    public static final int INTERNAL = 70;

    private ExitCode() {}

    /**
     * Of two results the one that a caller has to hear about first: unexpected, found, unknown, well.
     *
     * @param one an exit code
     * @param other another
     * @return one of them
     */
    public static int worse(int one, int other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(int code) {
        return switch (code) {
            case OK -> 0;
            case UNKNOWN -> 1;
            case FOUND -> 2;
            case UNEXPECTED -> 3;
            default -> 4;
        };
    }
}
