// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

/**
 * A place in a text.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
public record Place(int line, int column) {
    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}
