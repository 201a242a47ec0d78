// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.MtaSts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are not Postfix: they get no more than their share, and Postfix gets its answers meanwhile. */
@Timeout(60)
final class HostilePeersTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    private final Domains domains = new Domains().publish("exact.example", "enforce", "mx.exact.example");
    private final MtaSts sts = domains.sts().build();
    private final PostfixMetrics metrics = new PostfixMetrics();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(sts));

    private PostfixServer start(PostfixServer.Builder builder) throws IOException {
        PostfixServer server =
                builder.metrics(metrics).listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(0, server);
        return server;
    }

    private Peer connect(PostfixServer server) throws IOException {
        Peer peer = Peer.of(server);
        open.add(0, peer);
        return peer;
    }

    private static void assertServes(PostfixServer server) throws IOException {
        try (Peer postfix = Peer.of(server)) {
            assertThat(postfix.ask("exact.example")).startsWith("OK secure ");
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"00:,", "184467440737095516160:x,", "10001:", "GET / HTTP/1.1\r\n\r\n", "3:abcd,", "\u0000"})
    void whatIsNoRequestIsRefusedAndEndsTheConnection(String octets) throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts));
        Peer peer = connect(server).send(octets);
        assertThat(peer.reply()).startsWith("PERM ");
        peer.shutdownOutput();
        assertThat(peer.isEnded()).isTrue();
        assertServes(server);
    }

    @Test
    void aRequestOfTenThousandAndOneOctetsIsRefused() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts));
        Peer peer = connect(server).send(Peer.netstring("postfix " + "x".repeat(9_993)));
        assertThat(peer.reply()).startsWith("PERM ");
    }

    @Test
    void aLongRequestWithinPostfixsLimitHasNoNameInItAndTheNextIsAnswered() throws Exception {
        Peer peer = connect(start(PostfixServer.builder(sts)));
        assertThat(peer.ask("x".repeat(9_992))).isEqualTo("NOTFOUND ");
        assertThat(peer.ask("x".repeat(300) + ".example")).isEqualTo("NOTFOUND ");
        assertThat(peer.ask("exact.example")).startsWith("OK secure ");
    }

    @Test
    void anEmptyRequestIsRefusedAndTheNextIsAnswered() throws Exception {
        Peer peer = connect(start(PostfixServer.builder(sts))).send("0:,");
        assertThat(peer.reply()).startsWith("PERM ");
        assertThat(peer.ask("exact.example")).startsWith("OK secure ");
    }

    @Test
    void whoSendsNothingIsSentAway() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).idleLimit(SHORT));
        assertThat(connect(server).isEnded()).isTrue();
        server.close(); // Now it has counted.
        assertThat(metrics.render()).contains("mtasts_postfix_connections_ended_total{end=\"overdue\"} 1");
    }

    @Test
    void whoBeginsARequestAndDoesNotEndItIsSentAway() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).requestLimit(SHORT));
        assertThat(connect(server).send("21:postfix exa").isEnded()).isTrue();
        assertServes(server);
    }

    /** The time runs from the first octet: each octet more does not buy more of it. */
    @Test
    void whoDripsARequestIsSentAway() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).requestLimit(Duration.ofMillis(300)));
        Peer peer = connect(server).send("9000:");
        ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();
        Future<?> drip = dripping.scheduleAtFixedRate(() -> send(peer), 0, 5, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> drip.get(50, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
        dripping.shutdownNow();
        assertServes(server);
        server.close();
        assertThat(metrics.render()).contains("mtasts_postfix_connections_ended_total{end=\"overdue\"} 1");
    }

    private static void send(Peer peer) {
        try {
            peer.send("x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoDoesNotReadHisRepliesIsSentAway() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).requestLimit(SHORT));
        Peer peer = connect(server);
        Thread flooding = new Thread(() -> {
            try {
                while (true) {
                    peer.send(Peer.request("exact.example").repeat(1_000));
                }
            } catch (IOException e) {
                // sent away
            }
        });
        flooding.start();
        flooding.join(Duration.ofSeconds(50).toMillis());
        assertThat(flooding.isAlive()).isFalse();
        assertServes(server);
    }

    @Test
    void whoHoldsAllConnectionsIdleMakesRoomForPostfix() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).maxConnections(4));
        List<Peer> idle = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Peer peer = connect(server);
            assertThat(peer.ask("exact.example")).startsWith("OK ");
            idle.add(peer);
        }
        String answer = "";
        while (answer.isEmpty()) { // The server may not know yet that they wait.
            answer = tryToAsk(server);
        }
        assertThat(answer).startsWith("OK secure ");
        server.close();
        assertThat(metrics.render()).contains("mtasts_postfix_connections_ended_total{end=\"evicted\"} 1");
        assertThat(idle).allMatch(Peer::isEnded);
    }

    private String tryToAsk(PostfixServer server) throws IOException {
        try {
            String answer = connect(server).ask("exact.example");
            return answer.startsWith("OK") ? answer : "";
        } catch (SocketException e) {
            return "";
        }
    }

    @Test
    void whereAllConnectionsAreAtWorkAnotherIsTurnedAway() throws Exception {
        domains.hold("slow.example");
        PostfixServer server =
                start(PostfixServer.builder(sts).maxConnections(1).stopLimit(SHORT));
        connect(server).send(Peer.request("slow.example"));
        domains.hold("slow.example").awaitQuestion();
        assertThat(connect(server).isEnded()).isTrue();
        assertThat(metrics.render()).contains("mtasts_postfix_connections_ended_total{end=\"turned-away\"} 1");
    }

    @Test
    void anExecutorWithoutThreadsLosesAConnectionAndNoMore() throws Exception {
        PostfixServer server = start(PostfixServer.builder(sts).executor(task -> {
            throw new RejectedExecutionException("full");
        }));
        assertThat(connect(server).isEnded()).isTrue();
        assertThat(connect(server).isEnded()).isTrue();
    }
}
