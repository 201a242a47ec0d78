// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.CertificateProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Makes one HTTPS GET of {@code https://mta-sts.<domain>/.well-known/mta-sts.txt} (§3.3) and reports what came back.
 * Called by many threads at once.
 *
 * <p>An implementation verifies the Policy Host's certificate before it sends the request, connects only to addresses
 * it has checked, follows no redirect, repeats nothing, decodes nothing, caches nothing, keeps no connection, and ends
 * within {@link Request#timeout()} whatever the server does. What a status, a media type or a body is worth is
 * <em>not</em> its business: {@link FetchRules} decides that for all fetchers alike.
 */
@FunctionalInterface
public interface PolicyFetcher {

    /**
     * Makes the GET. Waits for the network, at most {@link Request#timeout()}.
     *
     * @param request what to fetch
     * @return what came of it; trouble is a {@link Result} too
     * @throws InterruptedException if the thread was interrupted while it waited; the request has been given up
     */
    Result fetch(Request request) throws InterruptedException;

    /**
     * What to fetch.
     *
     * @param domain the policy domain
     * @param host the Policy Host: {@code mta-sts.} and the policy domain
     * @param timeout for the whole of it, from the look-up of the address to the last octet of the body (§3.3 suggests
     *     one minute)
     * @param maxBodyOctets a longer body is {@link TooLarge}, not cut
     * @param at the time by which the certificate is judged
     */
    record Request(DomainName domain, DomainName host, Duration timeout, int maxBodyOctets, Instant at) {

        /** The path of every policy (§3.2). */
        public static final String PATH = "/.well-known/mta-sts.txt";

        /**
         * The whole URL, for messages.
         *
         * @return a URL
         */
        public String url() {
            return "https://" + host + PATH;
        }
    }

    /** What came of a GET. */
    sealed interface Result {}

    /** A complete HTTP response. Not a record, because it holds an array. */
    final class Response implements Result {

        private final int status;
        private final List<String> contentTypes;
        private final List<String> contentEncodings;
        private final byte[] body;

        /**
         * Takes down a response.
         *
         * @param status the status code; the body of any but 200 need not have been read
         * @param contentTypes every Content-Type field, as received
         * @param contentEncodings every Content-Encoding field, as received; nothing has been decoded
         * @param body the octets of the body, as received; not copied
         */
        public Response(int status, List<String> contentTypes, List<String> contentEncodings, byte[] body) {
            this.status = status;
            this.contentTypes = List.copyOf(contentTypes);
            this.contentEncodings = List.copyOf(contentEncodings);
            this.body = body;
        }

        /**
         * The status code.
         *
         * @return such as 200
         */
        public int status() {
            return status;
        }

        /**
         * Every Content-Type field.
         *
         * @return the values as received; none if there was no such field
         */
        public List<String> contentTypes() {
            return contentTypes;
        }

        /**
         * Every Content-Encoding field.
         *
         * @return the values as received; none if there was no such field
         */
        public List<String> contentEncodings() {
            return contentEncodings;
        }

        /**
         * The body.
         *
         * @return its octets, not a copy
         */
        public byte[] body() {
            return body;
        }

        @Override
        public String toString() {
            return "HTTP " + status + " with " + body.length + " octets";
        }
    }

    /**
     * The Policy Host's certificate is not valid for it; no request was sent (§3.3).
     *
     * @param problems every problem found, at least one
     */
    record CertificateRejected(List<CertificateProblem> problems) implements Result {

        /**
         * Copies the list.
         *
         * @param problems every problem found, at least one
         */
        public CertificateRejected {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Every address of the Policy Host is one that a mail server must not be steered to; no packet was sent.
     *
     * @param detail one printable line for a person, with the addresses
     */
    record AddressForbidden(String detail) implements Result {}

    /**
     * The body is longer than allowed. It was not read to its end.
     *
     * @param limit the limit that was exceeded, in octets
     */
    record TooLarge(int limit) implements Result {}

    /**
     * The request did not end in time and was given up.
     *
     * @param timeout the time it had
     */
    record TimedOut(Duration timeout) implements Result {}

    /**
     * What came back is not an HTTP response that can be taken at its word.
     *
     * @param breach which rule it broke
     * @param detail one printable line for a person
     */
    record ProtocolError(Breach breach, String detail) implements Result {}

    /** Ways in which a response is none. */
    enum Breach {
        /** Not HTTP/1.x, a broken status line, too many interim responses, another ALPN protocol. */
        PROTOCOL,
        /** More or longer header fields than any honest response has. */
        HEADERS,
        /** The end of the body is not known for certain: contradicting or missing lengths, a cut connection. */
        FRAMING
    }

    /**
     * There was no connection, or it broke.
     *
     * @param reason one word for a report, such as {@code dns-timeout}, {@code connection-refused}, {@code tls-alert}
     * @param detail one printable line for a person
     */
    record Unreachable(String reason, String detail) implements Result {}
}
