// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

/** Colours, where somebody sees them. */
public enum Paint {
    /** For what is broken. */
    RED("31"),
    /** For what may break. */
    YELLOW("33"),
    /** For what is well. */
    GREEN("32"),
    /** For headings. */
    BOLD("1"),
    /** For what can be skipped. */
    DIM("2");

    private final String code;

    Paint(String code) {
        this.code = code;
    }

    /**
     * The text in this colour.
     *
     * @param text printable text
     * @param wanted whether there are colours at all
     * @return the text, between escape sequences if there are
     */
    public String on(String text, boolean wanted) {
        return wanted ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
