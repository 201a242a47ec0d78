// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.MtaSts;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How it comes and goes: what was begun is finished, and nothing is left. */
@Timeout(60)
final class StopTest {

    private final Domains domains = new Domains().publish("slow.example", "enforce", "mx.slow.example");
    private final MtaSts sts = domains.sts().build();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        sts.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("mtasts4j-postfix"))
                .toList();
    }

    @Test
    void whatWasBegunIsFinished() throws Exception {
        Domains.Held dns = domains.hold("slow.example");
        PostfixServer server = PostfixServer.builder(sts).listen(anyPort());
        try (Peer busy = Peer.of(server);
                Peer idle = Peer.of(server)) {
            assertThat(idle.ask("[192.0.2.1]")).isEqualTo("NOTFOUND ");
            busy.send(Peer.request("slow.example"));
            domains.hold("slow.example").awaitQuestion();
            Thread stop = new Thread(server::close);
            stop.start();
            assertThat(idle.isEnded()).isTrue();
            dns.letGo();
            assertThat(busy.reply()).isEqualTo("OK secure match=mx.slow.example servername=hostname");
            assertThat(busy.isEnded()).isTrue();
            stop.join();
        }
        assertThat(threads()).isEmpty();
        assertThatThrownBy(() -> Peer.of(server)).isInstanceOf(ConnectException.class);
    }

    @Test
    void whatDoesNotEndInTimeIsAbandoned() throws Exception {
        domains.hold("slow.example");
        PostfixServer server =
                PostfixServer.builder(sts).stopLimit(Duration.ofMillis(100)).listen(anyPort());
        try (Peer busy = Peer.of(server)) {
            busy.send(Peer.request("slow.example"));
            domains.hold("slow.example").awaitQuestion();
            server.close();
            assertThat(busy.isEnded()).isTrue();
        }
        assertThat(threads()).isEmpty();
        server.close(); // Once is enough, twice does no harm.
    }

    @Test
    void theFileOfASocketComesAndGoesWithTheServer() throws Exception {
        Path file = directory.resolve("sts.sock");
        try (PostfixServer server =
                PostfixServer.builder(sts).permissions("rw-rw-rw-").listen(UnixDomainSocketAddress.of(file))) {
            assertThat(server.address()).isEqualTo(UnixDomainSocketAddress.of(file));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw-rw-");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatACrashHasLeftIsReplaced() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("sts.sock"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(address)
                .close(); // Leaves the file, as a crash does.
        assertThat(address.getPath()).exists();
        try (PostfixServer server = PostfixServer.builder(sts).listen(address);
                Peer peer = Peer.of(server)) {
            assertThat(peer.ask("[192.0.2.1]")).isEqualTo("NOTFOUND ");
        }
    }

    @Test
    void aFileThatSomebodyListensAtIsNot() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("sts.sock"));
        try (PostfixServer first = PostfixServer.builder(sts).listen(address)) {
            assertThatThrownBy(() -> PostfixServer.builder(sts).listen(address)).isInstanceOf(BindException.class);
            try (Peer peer = Peer.of(first)) {
                assertThat(peer.ask("[192.0.2.1]")).isEqualTo("NOTFOUND ");
            }
        }
    }

    @Test
    void aFileThatIsNoSocketIsNot() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "do not touch");
        assertThatThrownBy(() -> PostfixServer.builder(sts).listen(UnixDomainSocketAddress.of(precious)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(precious).hasContent("do not touch");
    }

    @Test
    void anothersFileIsLeftAlone() throws Exception {
        Path file = directory.resolve("sts.sock");
        PostfixServer server = PostfixServer.builder(sts).listen(UnixDomainSocketAddress.of(file));
        Files.move(file, directory.resolve("moved"));
        Files.writeString(file, "another's");
        server.close();
        assertThat(file).hasContent("another's");
    }

    @Test
    void aPortThatIsTakenIsAnError() throws IOException {
        try (PostfixServer first = PostfixServer.builder(sts).listen(anyPort())) {
            InetSocketAddress taken = (InetSocketAddress) first.address();
            assertThatThrownBy(() -> PostfixServer.builder(sts).listen(taken)).isInstanceOf(BindException.class);
        }
    }
}
