// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A request as a {@link PolicyHost} received it.
 *
 * @param serverName the SNI of the connection
 * @param head the request line and every header field, as received, without the empty line
 * @param body as many octets as its Content-Length says, up to a MiB, one character for each
 */
public record SeenRequest(String serverName, String head, String body) {

    /**
     * The request line.
     *
     * @return such as {@code GET / HTTP/1.1}
     */
    public String requestLine() {
        return lines().get(0);
    }

    /**
     * The names of the header fields.
     *
     * @return the names in order, as received
     */
    public List<String> headerNames() {
        return headers().stream()
                .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))))
                .toList();
    }

    /**
     * The first header field of a name.
     *
     * @param name a name in any case
     * @return its value without the white space around it
     */
    public Optional<String> header(String name) {
        return headers().stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst();
    }

    /**
     * The body.
     *
     * @return its octets
     */
    public byte[] octets() {
        return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    private List<String> headers() {
        return lines().subList(1, lines().size());
    }

    private List<String> lines() {
        return List.of(head.split("\r\n", -1));
    }
}
