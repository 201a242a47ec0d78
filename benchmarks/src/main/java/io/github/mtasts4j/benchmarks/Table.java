// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns. */
final class Table {

    private final List<String[]> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(heads);
    }

    void add(String... cells) {
        rows.add(cells);
    }

    @Override
    public String toString() {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                out.append("| ").append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 1));
            }
            out.append("|\n");
            if (row == rows.get(0)) {
                for (int width : widths) {
                    out.append('|').append("-".repeat(width + 2));
                }
                out.append("|\n");
            }
        }
        return out.toString();
    }
}
