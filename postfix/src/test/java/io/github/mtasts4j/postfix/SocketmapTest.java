// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The socketmap protocol over real sockets of both kinds. */
@Timeout(60)
final class SocketmapTest {

    private static final String ENFORCED = "OK secure match=mx.exact.example servername=hostname";

    private final Domains domains = new Domains().publish("exact.example", "enforce", "mx.exact.example");
    private final MtaSts sts = domains.sts().build();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(sts));

    @TempDir
    private Path directory;

    enum Transport {
        TCP,
        UNIX
    }

    private PostfixServer start(Transport transport) throws IOException {
        PostfixServer.Builder builder = PostfixServer.builder(sts);
        PostfixServer server = transport == Transport.TCP
                ? builder.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                : builder.listen(UnixDomainSocketAddress.of(directory.resolve("sts.sock")));
        open.add(0, server);
        return server;
    }

    private Peer connect(PostfixServer server) throws IOException {
        Peer peer = Peer.of(server);
        open.add(0, peer);
        return peer;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionServesOneRequestAfterTheOther(Transport transport) throws Exception {
        Peer peer = connect(start(transport));
        for (int i = 0; i < 3; i++) {
            assertThat(peer.ask("exact.example")).isEqualTo(ENFORCED);
            assertThat(peer.ask(".example")).isEqualTo("NOTFOUND ");
            assertThat(peer.ask("without.example")).isEqualTo("NOTFOUND ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void pipelinedRequestsAreAnsweredInOrder(Transport transport) throws Exception {
        Peer peer = connect(start(transport));
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            requests.append(Peer.request(i % 3 == 0 ? "exact.example" : "[192.0.2.1]"));
        }
        Thread sender = new Thread(() -> {
            try {
                peer.send(requests.toString());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        sender.start();
        for (int i = 0; i < 1_000; i++) {
            assertThat(peer.reply()).isEqualTo(i % 3 == 0 ? ENFORCED : "NOTFOUND ");
        }
        sender.join();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerDoesNotWaitForTheNext(Transport transport) throws Exception {
        Domains.Held dns = domains.hold("slow.example");
        Peer peer = connect(start(transport));
        peer.send(Peer.request("exact.example") + Peer.request("slow.example") + Peer.request(".example"));
        assertThat(peer.reply()).isEqualTo(ENFORCED);
        dns.awaitQuestion();
        dns.letGo();
        assertThat(peer.reply()).isEqualTo("NOTFOUND ");
        assertThat(peer.reply()).isEqualTo("NOTFOUND ");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRequestMayComeInPieces(Transport transport) throws Exception {
        Peer peer = connect(start(transport));
        for (char c : Peer.request("exact.example").toCharArray()) {
            peer.send(String.valueOf(c));
        }
        assertThat(peer.reply()).isEqualTo(ENFORCED);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoHasStoppedSendingStillGetsHisReply(Transport transport) throws Exception {
        Peer peer = connect(start(transport));
        peer.send(Peer.request("exact.example")).shutdownOutput();
        assertThat(peer.reply()).isEqualTo(ENFORCED);
        assertThat(peer.isEnded()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPolicyThatIsBeingFoundOutHoldsNoOtherConnectionUp(Transport transport) throws Exception {
        Domains.Held dns =
                domains.publish("slow.example", "enforce", "mx.slow.example").hold("slow.example");
        PostfixServer server = start(transport);
        Peer slow = connect(server);
        slow.send(Peer.request("slow.example"));
        domains.hold("slow.example").awaitQuestion();

        assertThat(connect(server).ask("exact.example")).isEqualTo(ENFORCED);

        dns.letGo();
        assertThat(slow.reply()).isEqualTo("OK secure match=mx.slow.example servername=hostname");
    }

    @Test
    void theCallersThreadsWillDo() throws Exception {
        ExecutorService threads = lightThreads();
        PostfixServer server = PostfixServer.builder(sts)
                .executor(threads)
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (Peer first = Peer.of(server);
                Peer second = Peer.of(server)) {
            assertThat(first.ask("exact.example")).isEqualTo(ENFORCED);
            assertThat(second.ask("exact.example")).isEqualTo(ENFORCED);
            server.close();
            assertThat(first.isEnded()).isTrue();
            assertThat(threads.isShutdown()).isFalse();
        } finally {
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    }

    /** Virtual threads, where the runtime has them. */
    private static ExecutorService lightThreads() throws ReflectiveOperationException {
        return Runtime.version().feature() < 21
                ? Executors.newCachedThreadPool()
                : (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void hundredsOfConnectionsAreServedAtATime(Transport transport) throws Exception {
        PostfixServer server = start(transport);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            peers.add(connect(server));
        }
        for (Peer peer : peers) {
            peer.send(Peer.request("exact.example"));
        }
        for (Peer peer : peers) {
            assertThat(peer.reply()).isEqualTo(ENFORCED);
        }
        assertThat(domains.fetches).hasValue(1);
    }
}
