// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a handshake begins with, and what comes next if the host knows none of it. */
@Timeout(60)
final class KeyExchangeTest {

    private static final String DOMAIN = "example.com";
    private static final String POLICY = RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx.example.com");

    private final TestCa ca = TestCa.root("Test CA");

    @ParameterizedTest
    @CsvSource({"NIST_CURVES, secp, 2", "NIST_CURVES, x25519, 1", "ANY, secp, 1", "ANY, x25519, 1"})
    void aHostThatKnowsOnlyOtherGroupsIsAskedOnceMore(KeyExchange offer, String unknown, int connections)
            throws Exception {
        try (Host host = new Host(unknown);
                ApachePolicyFetcher fetcher =
                        Fetching.builder(host.port(), ca).offer(offer).build()) {
            Result result = fetcher.fetch(Fetching.request(DOMAIN));

            assertThat(result).isInstanceOf(Response.class);
            assertThat(((Response) result).body()).isEqualTo(POLICY.getBytes(StandardCharsets.US_ASCII));
            assertThat(host.requests).hasSize(1).allMatch(line -> line.startsWith("GET "));
            assertThat(host.connections).hasSize(connections);
        }
    }

    @ParameterizedTest
    @CsvSource({"NIST_CURVES, 2", "ANY, 1"})
    void aHostThatRefusesWhateverIsOfferedIsNotAskedForEver(KeyExchange offer, int connections) throws Exception {
        try (PolicyHost host = PolicyHost.start();
                ApachePolicyFetcher fetcher =
                        Fetching.builder(host.port(), ca).offer(offer).build()) {
            HttpsFault.HANDSHAKE_ALERT.inflict(host, DOMAIN, ca);

            Result result = fetcher.fetch(Fetching.request(DOMAIN));

            assertThat(result).isInstanceOf(Unreachable.class);
            assertThat(((Unreachable) result).reason()).isEqualTo("tls-handshake");
            assertThat(host.visits(DOMAIN)).hasSize(connections);
            assertThat(fetcher.busyAddresses()).isZero();
        }
    }

    @Test
    void whereOneProviderHasAllOfItAllOfItIsOffered() {
        assertThat(KeyExchange.first()).isEqualTo(KeyExchange.ANY);
    }

    /** A Policy Host whose TLS lacks some groups. */
    private final class Host implements AutoCloseable {

        private final Queue<String> connections = new ConcurrentLinkedQueue<>();
        private final Queue<String> requests = new ConcurrentLinkedQueue<>();
        private final SSLServerSocket listener;

        Host(String unknown) throws IOException {
            // With a key on a curve of NIST it would need that curve, whatever the key exchange.
            listener = (SSLServerSocket)
                    ca.issue(new TestCa.Spec().dns("mta-sts." + DOMAIN).rsa(2048))
                            .serverContext()
                            .getServerSocketFactory()
                            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
            SSLParameters parameters = listener.getSSLParameters();
            parameters.setAlgorithmConstraints(new Without(unknown));
            listener.setSSLParameters(parameters);
            Thread thread = new Thread(this::serve, "policy-host");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (SSLSocket client = (SSLSocket) listener.accept()) {
                    connections.add(client.getRemoteSocketAddress().toString());
                    answer(client);
                } catch (IOException e) {
                    // There is no common group, or the test is over.
                }
            }
        }

        private void answer(SSLSocket client) throws IOException {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            requests.add(String.valueOf(in.readLine()));
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                // The rest of the head.
            }
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + POLICY.length() + "\r\n\r\n";
            client.getOutputStream().write((head + POLICY).getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private record Without(String beginning) implements AlgorithmConstraints {

        @Override
        public boolean permits(Set<CryptoPrimitive> use, String algorithm, AlgorithmParameters parameters) {
            return !use.equals(Set.of(CryptoPrimitive.KEY_AGREEMENT)) || !algorithm.startsWith(beginning);
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> use, Key key) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> use, String algorithm, Key key, AlgorithmParameters parameters) {
            return true;
        }
    }
}
