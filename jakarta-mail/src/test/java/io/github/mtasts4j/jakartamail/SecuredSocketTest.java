// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.tls.TlsConnection;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A TLS socket that is followed, and otherwise what it was. */
@Timeout(20)
final class SecuredSocketTest {

    private static final DomainName MX = DomainName.of("mx.example.com");

    private final AtomicInteger written = new AtomicInteger();

    @Test
    void allThatASocketDoesIsTheDoingOfTheOneBelow() {
        List<String> own = Stream.of(Socket.class, SSLSocket.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !isOverridden(method))
                .map(Method::toString)
                .toList();

        assertThat(own).isEmpty();
    }

    private static boolean isOverridden(Method method) {
        try {
            return SecuredSocket.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass()
                    == SecuredSocket.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    @Test
    void theProviderDoesNotBeginAnotherHandshake() throws Exception {
        try (MailWorld world = new MailWorld();
                Socket connection = counted(world.mx("mx.example.com").address())) {
            startTls(connection);
            TlsConnection made = world.tls().handshake(connection, MX, Duration.ofSeconds(10));
            try (SSLSocket secured = new SecuredSocket(made.socket())) {
                int before = written.get();
                secured.startHandshake();

                assertThat(written).as("records on the wire").hasValue(before);
                assertThat(secured.getSession()).isSameAs(made.socket().getSession());
                secured.getOutputStream().write("NOOP\r\n".getBytes(US_ASCII));
                assertThat(secured.getInputStream().read()).isEqualTo('2');
                assertThat(world.mx("mx.example.com").handshakes()).hasSize(1).noneMatch(MxHandshake::resumed);
            }
            assertThat(connection.isClosed()).isTrue();
        }
    }

    private Socket counted(SocketAddress server) throws IOException {
        Socket connection = new Socket() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                return new FilterOutputStream(super.getOutputStream()) {
                    @Override
                    public void write(byte[] source, int offset, int length) throws IOException {
                        written.incrementAndGet();
                        out.write(source, offset, length);
                    }
                };
            }
        };
        connection.connect(server);
        return connection;
    }

    private static void startTls(Socket connection) throws Exception {
        BufferedReader replies = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
        assertThat(replies.readLine()).startsWith("220 ");
        connection.getOutputStream().write("STARTTLS\r\n".getBytes(US_ASCII));
        assertThat(replies.readLine()).startsWith("220 ");
    }
}
