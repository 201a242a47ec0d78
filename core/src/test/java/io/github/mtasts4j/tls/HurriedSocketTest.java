// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that share one limit, over a connection that otherwise is what it was. */
@Timeout(20)
final class HurriedSocketTest {

    private ServerSocket listener;
    private Socket connection;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connection = new Socket(listener.getInetAddress(), listener.getLocalPort());
        server = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        server.close();
        listener.close();
    }

    @Test
    void allThatASocketDoesIsTheConnectionsDoing() {
        List<String> own = Arrays.stream(Socket.class.getMethods())
                .filter(method -> method.getDeclaringClass() == Socket.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !isOverridden(method))
                .map(Method::toString)
                .toList();

        assertThat(own).isEmpty();
    }

    private static boolean isOverridden(Method method) {
        try {
            return HurriedSocket.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass()
                    == HurriedSocket.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    @Test
    void aReadWaitsForTheLimitAndNoLonger() throws IOException {
        Socket hurried = new HurriedSocket(connection, Duration.ofMillis(50));

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> hurried.getInputStream().read());
        assertThat(connection.getSoTimeout()).as("the read timeout is restored").isZero();
    }

    @Test
    void onceTheLimitIsPastNotEvenWhatHasArrivedIsRead() throws IOException {
        Socket hurried = new HurriedSocket(connection, Duration.ofNanos(1));
        server.getOutputStream().write('x');

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> hurried.getInputStream().read())
                .withMessage("the handshake takes too long");
    }

    @Test
    void aShorterReadTimeoutHoldsBesides() throws IOException {
        connection.setSoTimeout(50);
        Socket hurried = new HurriedSocket(connection, Duration.ofDays(100_000));

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> hurried.getInputStream().read());
        assertThat(connection.getSoTimeout()).isEqualTo(50);
    }

    @Test
    void relaxedItReadsAsTheConnectionDoes() throws IOException {
        HurriedSocket hurried = new HurriedSocket(connection, Duration.ofNanos(1));
        hurried.relax();
        server.getOutputStream().write('x');
        server.shutdownOutput();

        assertThat(hurried.getInputStream().read()).isEqualTo('x');
        assertThat(hurried.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whatHasComeInIsReadAndNeverSaidToBeThere() throws IOException {
        Socket hurried = new HurriedSocket(connection, Duration.ofSeconds(20));
        server.getOutputStream().write(new byte[] {'a', 'b'});

        assertThat(hurried.getInputStream().read()).isEqualTo('a');
        assertThat(hurried.getInputStream().available())
                .as("what JSSE would read away")
                .isZero();
        assertThat(hurried.getInputStream().read()).isEqualTo('b');
    }

    @Test
    void closingItClosesTheConnection() throws IOException {
        new HurriedSocket(connection, Duration.ofSeconds(1)).close();

        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aLimitIsMoreThanZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HurriedSocket(connection, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new HurriedSocket(connection, Duration.ofSeconds(-1)));
    }
}
