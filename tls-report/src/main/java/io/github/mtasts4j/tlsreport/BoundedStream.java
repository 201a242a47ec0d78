// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends a stream that does not end: a bomb is refused while it inflates, not when it has. */
final class BoundedStream extends FilterInputStream {

    private long left;

    BoundedStream(InputStream in, long limit) {
        super(in);
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        int octet = super.read();
        count(octet < 0 ? 0 : 1);
        return octet;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        int read = super.read(buffer, from, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) throws IOException {
        left -= read;
        if (left < 0) {
            throw new UnreadableReport(Fault.LIMIT, "the report is too large when it is uncompressed");
        }
    }
}
