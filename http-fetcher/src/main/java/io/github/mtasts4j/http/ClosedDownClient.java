// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.net.InetAddress;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * An HttpClient that can make one exchange over HTTPS with one address, and has nothing else left: no redirect, retry,
 * cookie, authentication, proxy, content coding, cache, pool, keep-alive, upgrade, HTTP/2. Its defaults would do most of
 * these for a stranger.
 *
 * @param wire makes the socket
 * @param tls makes a verified session of it
 * @param bodyLength where the body of an answer ends
 * @param port where to connect; it does not appear in the Host field
 * @param connectTimeout for TCP
 * @param userAgent who is asking
 */
record ClosedDownClient(
        Wire wire, HostTls tls, ContentLengthStrategy bodyLength, int port, Duration connectTimeout, String userAgent) {

    /** An instance that knows one address for every name. */
    CloseableHttpClient open(InetAddress address) {
        SchemePortResolver ports = endpoint -> port;
        return HttpClientBuilder.create()
                .setConnectionManager(connections(address, ports))
                .setRoutePlanner(new DefaultRoutePlanner(ports))
                .setDefaultRequestConfig(requests())
                .setUserAgent(userAgent)
                // Told "close", Jetty for one ends a body of unknown length with the connection, and such a body is
                // refused. Told nothing it sends chunks; the connection is closed here all the same.
                .addRequestInterceptorLast((request, body, context) -> request.removeHeaders(HttpHeaders.CONNECTION))
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .build();
    }

    private BasicHttpClientConnectionManager connections(InetAddress address, SchemePortResolver ports) {
        BasicHttpClientConnectionManager connections = new BasicHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        wire,
                        ports,
                        new Vetted(address),
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build()),
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(ResponseHeadParser.LIMITS)
                        .responseParserFactory(limits -> new ResponseHeadParser())
                        .incomingContentLengthStrategy(bodyLength)
                        .build());
        // No read timeout: it would restart with every octet. Whoever waits keeps the deadline, and cuts the wire.
        connections.setSocketConfig(
                SocketConfig.custom().setSoTimeout(Timeout.DISABLED).build());
        connections.setConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(connectTimeout))
                .setSocketTimeout(Timeout.DISABLED)
                .build());
        return connections;
    }

    private RequestConfig requests() {
        return RequestConfig.custom()
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setContentCompressionEnabled(false)
                .build();
    }

    /** The address that was vetted, whatever is asked: no second look-up can come to another one. */
    private record Vetted(InetAddress address) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) {
            return new InetAddress[] {address};
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
