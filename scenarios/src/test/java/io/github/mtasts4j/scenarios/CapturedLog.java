// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Takes down what is logged, which is standard error here, until it is closed. */
final class CapturedLog implements AutoCloseable {

    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    private CapturedLog() {}

    static CapturedLog begin() {
        CapturedLog log = new CapturedLog();
        System.setErr(new PrintStream(log.octets, true, StandardCharsets.ISO_8859_1));
        return log;
    }

    /** The lines so far, one character for each octet. */
    List<String> lines() {
        return octets.toString(StandardCharsets.ISO_8859_1).lines().toList();
    }

    @Override
    public void close() {
        System.setErr(stderr);
    }
}
