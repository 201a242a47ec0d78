// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.io.CloseMode;

/**
 * One GET at one address, from the connection to the last octet.
 *
 * @param request what to ask for
 * @param client asks
 * @param wire what the client asks over
 * @param tls what the client makes of the wire
 */
record Exchange(Request request, ClosedDownClient client, Wire wire, HostTls tls) {

    /** What chunk sizes, their extensions and the trailer may add to a body. */
    private static final int MAX_FRAMING_OCTETS = 64 * 1024;

    private static final int BLOCK = 4096;

    /** Makes it. Its result no longer matters if the wire was cut meanwhile. */
    Result with(InetAddress address) {
        CloseableHttpClient http = client.open(address);
        try {
            Result result = get(http);
            if (tls.established() && !(result instanceof Response)) {
                wire.cut(); // Before it is closed, which would read on for a while in what such a server sends.
            }
            return result;
        } finally {
            http.close(CloseMode.GRACEFUL);
        }
    }

    /** The response is never closed by itself, which would drain it; it ends with its client. */
    private Result get(CloseableHttpClient http) {
        HttpClientContext context = HttpClientContext.create();
        HttpHost target = new HttpHost(URIScheme.HTTPS.id, request.host().toString());
        try {
            return read(http.executeOpen(target, new HttpGet(request.url()), context), context);
        } catch (IOException e) {
            return Trouble.inHead(e);
        }
    }

    private Result read(ClassicHttpResponse response, HttpClientContext context) {
        HttpEntity entity = response.getEntity();
        if (response.getCode() != HttpStatus.SC_OK || entity == null) {
            wire.cut(); // What is not read must not be drained either.
            return facts(response, new byte[0]);
        }
        try {
            return body(entity, context)
                    .<Result>map(body -> facts(response, body))
                    .orElseGet(() -> new TooLarge(request.maxBodyOctets()));
        } catch (IOException e) {
            return Trouble.inBody(e);
        }
    }

    /** The whole body, or nothing if it is too large: it is never cut short, a policy's last line might be missing. */
    private Optional<byte[]> body(HttpEntity entity, HttpClientContext context) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        EndpointDetails traffic = context.getEndpointDetails();
        long mostOctets = traffic.getReceivedBytesCount() + request.maxBodyOctets() + MAX_FRAMING_OCTETS;
        InputStream in = entity.getContent();
        byte[] block = new byte[BLOCK];
        boolean tooLarge = entity.getContentLength() > request.maxBodyOctets();
        while (!tooLarge) {
            int count = in.read(block);
            if (count < 0) {
                return Optional.of(body.toByteArray());
            }
            body.write(block, 0, count);
            tooLarge = body.size() > request.maxBodyOctets() || traffic.getReceivedBytesCount() > mostOctets;
        }
        wire.cut(); // First, so that nothing that is closed later can drain it, however long that takes.
        return Optional.empty();
    }

    private static Response facts(ClassicHttpResponse response, byte[] body) {
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
