// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * Reads the heads of one connection: few interim responses, and few octets for all heads together. HttpClient by itself
 * bounds neither. A line that is too long before there is a status line is not a long header but another protocol.
 */
final class ResponseHeadParser extends DefaultHttpResponseParser {

    private static final int MAX_INTERIM = 4;
    private static final int MAX_HEAD_OCTETS = 32 * 1024;

    /** One field more than is allowed, since httpcore refuses a head that <em>reaches</em> its limit. */
    static final Http1Config LIMITS = Http1Config.custom()
            .setMaxHeaderCount(65)
            .setMaxLineLength(8 * 1024)
            .setMaxEmptyLineCount(4)
            .build();

    private int heads;
    private int octets;
    private boolean statusLineSeen;

    ResponseHeadParser() {
        super(LIMITS, BasicLineParser.INSTANCE, null);
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
        heads++;
        if (heads > MAX_INTERIM + 1) {
            throw new ProtocolException("more than " + MAX_INTERIM + " interim responses");
        }
        statusLineSeen = false;
        try {
            return super.parse(buffer, new Bounded(in));
        } catch (MessageConstraintException e) {
            if (statusLineSeen) {
                throw e;
            }
            throw new ProtocolException("no status line", e);
        }
    }

    @Override
    protected ClassicHttpResponse createMessage(CharArrayBuffer line) throws IOException, HttpException {
        statusLineSeen = true;
        return super.createMessage(line);
    }

    /** Hands out no more octets than heads may have; the buffer asks for more only if a head goes on. */
    private final class Bounded extends FilterInputStream {

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int left = MAX_HEAD_OCTETS - octets;
            if (left == 0) {
                throw new MessageConstraintException("a head of more than " + MAX_HEAD_OCTETS + " octets");
            }
            int count = super.read(into, offset, Math.min(length, left));
            octets += Math.max(0, count);
            return count;
        }
    }
}
