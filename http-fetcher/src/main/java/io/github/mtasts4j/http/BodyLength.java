// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolException;

/**
 * Where the body of a response ends, for certain (RFC 9112 §6.3): after one Content-Length, or the last chunk. A body
 * that ends with the connection is refused, because whoever can send a FIN could shorten a policy.
 */
final class BodyLength implements ContentLengthStrategy {

    /** More digits than any number of octets that could ever be sent. */
    private static final int MAX_DIGITS = 18;

    @Override
    public long determineLength(HttpMessage message) throws FramingException {
        if (message instanceof HttpResponse response && response.getCode() != HttpStatus.SC_OK) {
            return UNDEFINED; // It is not read.
        }
        Header[] codings = message.getHeaders(HttpHeaders.TRANSFER_ENCODING);
        Header[] lengths = message.getHeaders(HttpHeaders.CONTENT_LENGTH);
        if (codings.length > 0) {
            return chunked(message, codings, lengths);
        }
        if (lengths.length == 0) {
            throw new FramingException("the body ends with the connection");
        }
        if (lengths.length > 1) {
            throw new FramingException("more than one Content-Length");
        }
        return octets(lengths[0].getValue());
    }

    private static long chunked(HttpMessage message, Header[] codings, Header[] lengths) throws FramingException {
        if (lengths.length > 0) {
            throw new FramingException("both Content-Length and Transfer-Encoding");
        }
        if (codings.length > 1 || !codings[0].getValue().equalsIgnoreCase("chunked")) {
            throw new FramingException("a transfer coding other than chunked");
        }
        if (message.getVersion() != null && message.getVersion().lessEquals(HttpVersion.HTTP_1_0)) {
            throw new FramingException("chunks in HTTP/1.0");
        }
        return CHUNKED;
    }

    private static long octets(String digits) throws FramingException {
        boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || digits.length() > MAX_DIGITS) {
            throw new FramingException("a Content-Length that is none");
        }
        return Long.parseLong(digits);
    }

    /** The end of the body is not known for certain. */
    static final class FramingException extends ProtocolException {

        private static final long serialVersionUID = 1L;

        FramingException(String message) {
            super(message);
        }
    }
}
