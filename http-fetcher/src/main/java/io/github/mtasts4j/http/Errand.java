// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.policy.DomainName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;

/** What is wanted of one host: what it is asked, and what is read of its answer. */
interface Errand {

    /** Who is asked, by SNI, certificate and Host field. */
    DomainName host();

    /** The time by which the certificate is judged. */
    Instant at();

    /** What is sent, made anew. */
    ClassicHttpRequest message();

    /** Where the body of an answer ends. */
    ContentLengthStrategy bodyLength();

    /** Makes a result of an answer; what is not read has to be cut off, lest it be drained. */
    Result read(ClassicHttpResponse response, HttpClientContext context, Wire wire) throws IOException;

    /** As a target of requests; the port is not in the Host field. */
    default HttpHost target() {
        return new HttpHost(URIScheme.HTTPS.id, host().toString());
    }

    /** An answer as it came. */
    static Response facts(ClassicHttpResponse response, byte[] body) {
        return new Response(
                response.getCode(),
                values(response, HttpHeaders.CONTENT_TYPE),
                values(response, HttpHeaders.CONTENT_ENCODING),
                body);
    }

    private static List<String> values(ClassicHttpResponse response, String name) {
        return Stream.of(response.getHeaders(name))
                .map(header -> header.getValue() == null ? "" : header.getValue())
                .toList();
    }
}
