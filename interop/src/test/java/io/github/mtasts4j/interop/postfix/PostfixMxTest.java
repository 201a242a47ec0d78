// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.policy.DomainName;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the tests with Postfix rely on. */
final class PostfixMxTest {

    private static final Smtpd HOST = Smtpd.withoutTls("mx.example");

    @Test
    void aMissingServerIsAnErrorThatTellsWhatToInstall() {
        DebianPackage missing = new DebianPackage("no-such-mta", Path.of("/usr/sbin/no-such-mta"));

        assertThatIllegalStateException()
                .isThrownBy(missing::require)
                .withMessageContaining("there is no /usr/sbin/no-such-mta")
                .withMessageEndingWith("apt-get install --no-install-recommends no-such-mta");
    }

    @Test
    void aServerThatDoesNotStartFailsAtOnceWithItsLog() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<Smtpd, InetSocketAddress> there = Map.of(HOST, (InetSocketAddress) taken.getLocalSocketAddress());

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> PostfixMx.start(there))
                    .withMessageContaining("the server does not start")
                    .withMessageContaining("starting the Postfix mail system")
                    .withMessageContaining("[ended with status 1]");
        }
    }

    @Test
    void whatIsClosedIsGone() throws Exception {
        PostfixMx postfix = PostfixMx.start(List.of(HOST));
        InetSocketAddress address = postfix.addressOf(DomainName.of("mx.example"));
        assertThat(isListening(address)).isTrue();

        postfix.close();

        assertThat(isListening(address)).isFalse();
        assertThat(postfix.directory()).doesNotExist();
    }

    private static boolean isListening(InetSocketAddress address) throws Exception {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
