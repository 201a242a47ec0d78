// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher.AddressForbidden;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One fetch from the look-up of the address to the last octet, on a thread that nobody else waits in. */
final class PolicyGet implements Callable<Result> {

    private static final Logger LOG = LoggerFactory.getLogger(ApachePolicyFetcher.class);
    private static final int MAX_ADDRESSES = 4;

    /** What chunk sizes, their extensions and the trailer may add to a body. */
    private static final int MAX_FRAMING_OCTETS = 64 * 1024;

    private static final int BLOCK = 4096;

    private final Terms terms;
    private final AddressSlots slots;
    private final Request request;
    private final Wire wire = new Wire();

    PolicyGet(Terms terms, AddressSlots slots, Request request) {
        this.terms = terms;
        this.slots = slots;
        this.request = request;
    }

    /** Ends it from another thread; its result no longer matters. */
    void giveUp() {
        wire.cut();
    }

    @Override
    public Result call() throws InterruptedException {
        AddressLookup.Answer answer = terms.lookup().lookup(request.host());
        if (answer instanceof AddressLookup.Unavailable unavailable) {
            return new Unreachable(unavailable.reason(), unavailable.detail());
        } else if (answer instanceof AddressLookup.None none) {
            return new Unreachable("dns-no-address", none.detail());
        }
        return getFromAny(((AddressLookup.Addresses) answer).values());
    }

    private Result getFromAny(List<InetAddress> addresses) throws InterruptedException {
        List<InetAddress> permitted = addresses.stream().filter(terms::permit).toList();
        if (permitted.isEmpty()) {
            return new AddressForbidden(request.host() + " has no permitted address: " + list(addresses.stream()));
        }
        if (permitted.size() < addresses.size()) {
            LOG.debug(
                    "{} has addresses that may not be connected to, left out: {}",
                    request.host(),
                    list(addresses.stream().filter(address -> !permitted.contains(address))));
        }
        return getFromFirstThatTalks(permitted);
    }

    private Result getFromFirstThatTalks(List<InetAddress> permitted) throws InterruptedException {
        Result result = new Unreachable("dns-no-address", "no address");
        for (InetAddress address : permitted.subList(0, Math.min(MAX_ADDRESSES, permitted.size()))) {
            HostTls tls = new HostTls(terms.verifier(), request.host(), request.at());
            AddressSlots.Slot slot = slots.take(address);
            try {
                result = get(address, tls);
            } finally {
                slot.leave();
            }
            // A request that may have been sent is not repeated, and a certificate is not tried again elsewhere.
            if (!(result instanceof Unreachable) || tls.established()) {
                return result;
            }
            LOG.debug("{} at {}: {}", request.host(), address.getHostAddress(), result);
        }
        return result;
    }

    private Result get(InetAddress address, HostTls tls) {
        CloseableHttpClient client = client(tls).open(address);
        try {
            Result result = get(client);
            if (tls.established() && !(result instanceof Response)) {
                wire.cut(); // Before it is closed, which would read on for a while in what such a server sends.
            }
            return result;
        } finally {
            client.close(CloseMode.GRACEFUL);
        }
    }

    /** The response is never closed by itself, which would drain it; it ends with its client. */
    private Result get(CloseableHttpClient client) {
        HttpClientContext context = HttpClientContext.create();
        HttpHost target = new HttpHost(URIScheme.HTTPS.id, request.host().toString());
        try {
            return read(client.executeOpen(target, new HttpGet(request.url()), context), context);
        } catch (IOException e) {
            return Trouble.inHead(e);
        }
    }

    private ClosedDownClient client(HostTls tls) {
        return new ClosedDownClient(wire, tls, terms.port(), terms.connectTimeout(), terms.userAgent());
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

    private static String list(Stream<InetAddress> addresses) {
        return addresses.limit(MAX_ADDRESSES).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
    }

    /**
     * Under which every GET of one fetcher is made.
     *
     * @param lookup where addresses come from
     * @param guard which of them are permitted
     * @param verifier whom to trust
     * @param port 443, but for tests
     * @param connectTimeout for TCP, for each address
     * @param userAgent who is asking
     */
    record Terms(
            AddressLookup lookup,
            AddressGuard guard,
            CertificateVerifier verifier,
            int port,
            Duration connectTimeout,
            String userAgent) {

        private static final int HTTPS = 443;

        /** Another port than 443 is for tests, so it is good for nothing but loopback. */
        boolean permit(InetAddress address) {
            return guard.permits(address) && (port == HTTPS || address.isLoopbackAddress());
        }
    }
}
