// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.HealthEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What supervisors are told. */
@Timeout(60)
final class MetricsServerTest {

    private final PostfixMetrics metrics = new PostfixMetrics();

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static String http(MetricsServer server, String requestLine) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.getOutputStream()
                    .write((requestLine + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String get(MetricsServer server, String path) throws IOException {
        return http(server, "GET " + path);
    }

    @Test
    void countsWhatWasAnswered() throws Exception {
        Domains domains = new Domains()
                .publish("exact.example", "enforce", "mx.exact.example")
                .publish("tested.example", "testing", "mx.tested.example");
        try (MtaSts sts = domains.sts().listener(metrics).build();
                PostfixServer server =
                        PostfixServer.builder(sts).metrics(metrics).listen(anyPort());
                MetricsServer pages = MetricsServer.start(anyPort(), metrics);
                Peer peer = Peer.of(server)) {
            peer.ask("exact.example");
            peer.ask("exact.example");
            peer.ask("tested.example");
            peer.ask(".example");
            assertThat(get(pages, "/metrics"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("Content-Type: text/plain; version=0.0.4")
                    .contains(
                            "mtasts_postfix_answers_total{answer=\"secure\"} 2\n",
                            "mtasts_postfix_answers_total{answer=\"testing\"} 1\n",
                            "mtasts_postfix_answers_total{answer=\"parent\"} 1\n",
                            "mtasts_postfix_answers_total{answer=\"held\"} 0\n",
                            "mtasts_postfix_answer_seconds_count 4\n",
                            "mtasts_postfix_answer_seconds_bucket{le=\"+Inf\"} 4\n",
                            "mtasts_postfix_resolutions_total{source=\"fetched\"} 2\n",
                            "mtasts_postfix_resolutions_total{source=\"cached\"} 1\n",
                            "mtasts_postfix_connections 1\n",
                            "mtasts_policy_fetched_total{mode=\"enforce\"} 1\n",
                            "# TYPE mtasts_postfix_answer_seconds histogram\n");
        }
    }

    @Test
    void saysWhetherItServes() throws Exception {
        try (MetricsServer pages = MetricsServer.start(anyPort(), metrics)) {
            assertThat(get(pages, "/health")).startsWith("HTTP/1.1 503 ").endsWith("not serving\n");
            try (MtaSts sts = new Domains().sts().build();
                    PostfixServer server =
                            PostfixServer.builder(sts).metrics(metrics).listen(anyPort())) {
                assertThat(server.address()).isNotNull();
                assertThat(get(pages, "/health")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok\n");
                tell(HealthEvent.Kind.STORE_FAILING);
                assertThat(get(pages, "/health"))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("degraded: the policy store fails\n");
                tell(HealthEvent.Kind.STORE_RECOVERED);
                assertThat(get(pages, "/health")).endsWith("\r\n\r\nok\n");
            }
            assertThat(get(pages, "/health")).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    void saysNothingElse() throws Exception {
        try (MetricsServer pages = MetricsServer.start(anyPort(), metrics)) {
            assertThat(get(pages, "/etc/passwd")).startsWith("HTTP/1.1 404 ");
            assertThat(http(pages, "POST /metrics")).startsWith("HTTP/1.1 405 ");
            assertThat(http(pages, "HEAD /health")).startsWith("HTTP/1.1 405 ");
        }
    }

    private void tell(HealthEvent.Kind kind) {
        metrics.healthEvent(new HealthEvent(kind, Optional.empty(), "", Instant.EPOCH));
    }

    /** {@code docs/postfix.md} names each series that there is. */
    @Test
    void thePageNamesAllSeries() throws IOException {
        String page = Files.readString(Path.of("../docs/postfix.md"));
        assertThat(metrics.render().lines().filter(line -> line.startsWith("# TYPE ")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(page).contains("`" + line.split(" ", -1)[2] + "`"));
    }
}
