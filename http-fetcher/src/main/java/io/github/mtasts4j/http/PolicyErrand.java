// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import io.github.mtasts4j.policy.DomainName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * To get a policy.
 *
 * @param request what to ask for
 */
record PolicyErrand(Request request) implements Errand {

    /** What chunk sizes, their extensions and the trailer may add to a body. */
    private static final int MAX_FRAMING_OCTETS = 64 * 1024;

    private static final int BLOCK = 4096;

    @Override
    public DomainName host() {
        return request.host();
    }

    @Override
    public Instant at() {
        return request.at();
    }

    @Override
    public ClassicHttpRequest message() {
        ClassicHttpRequest get = new BasicClassicHttpRequest(Method.GET, target(), Request.PATH);
        get.setHeader(HttpHeaders.ACCEPT, "text/plain");
        return get;
    }

    @Override
    public ContentLengthStrategy bodyLength() {
        return new BodyLength();
    }

    @Override
    public Result read(ClassicHttpResponse response, HttpClientContext context, Wire wire) throws IOException {
        HttpEntity entity = response.getEntity();
        if (response.getCode() != HttpStatus.SC_OK || entity == null) {
            wire.cut(); // What is not read must not be drained either.
            return Errand.facts(response, new byte[0]);
        }
        return body(entity, context, wire)
                .<Result>map(body -> Errand.facts(response, body))
                .orElseGet(() -> new TooLarge(request.maxBodyOctets()));
    }

    /** The whole body, or nothing if it is too large: it is never cut short, a policy's last line might be missing. */
    private Optional<byte[]> body(HttpEntity entity, HttpClientContext context, Wire wire) throws IOException {
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
}
