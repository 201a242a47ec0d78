// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.io.IOException;

/** Leaves the reading of a report; never seen outside. An {@link IOException}, so that it passes through streams and parsers. */
final class UnreadableReport extends IOException {

    private static final long serialVersionUID = 1;

    private final Fault fault;

    UnreadableReport(Fault fault, String detail) {
        super(detail);
        this.fault = fault;
    }

    ReportReading.Unreadable reading() {
        return new ReportReading.Unreadable(fault, String.valueOf(getMessage()));
    }
}
