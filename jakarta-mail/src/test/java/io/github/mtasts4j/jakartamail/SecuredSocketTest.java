// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.tls.TlsConnection;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A TLS socket that is followed, and otherwise what it was. */
@Timeout(20)
final class SecuredSocketTest {

    private static final DomainName MX = DomainName.of("mx.example.com");

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
                Socket connection =
                        new Socket(world.mx("mx.example.com").address().getAddress(), portOf(world))) {
            startTls(connection);
            TlsConnection made = world.tls().handshake(connection, MX, Duration.ofSeconds(10));
            try (SSLSocket secured = new SecuredSocket(made.socket())) {
                secured.startHandshake();

                assertThat(secured.getSession()).isSameAs(made.socket().getSession());
                secured.getOutputStream().write("NOOP\r\n".getBytes(US_ASCII));
                assertThat(secured.getInputStream().read()).isEqualTo('2');
                assertThat(world.mx("mx.example.com").handshakes()).hasSize(1).noneMatch(MxHandshake::resumed);
            }
            assertThat(connection.isClosed()).isTrue();
        }
    }

    private static int portOf(MailWorld world) {
        return world.mx("mx.example.com").address().getPort();
    }

    private static void startTls(Socket connection) throws Exception {
        BufferedReader replies = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
        assertThat(replies.readLine()).startsWith("220 ");
        connection.getOutputStream().write("STARTTLS\r\n".getBytes(US_ASCII));
        assertThat(replies.readLine()).startsWith("220 ");
    }
}
