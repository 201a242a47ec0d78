// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.tls.HandshakeFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLProtocolException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandshakeFailureTest {

    @ParameterizedTest
    @CsvSource({
        "The certificate chain length (50) exceeds the maximum allowed length (10), CHAIN_TOO_LONG",
        "The size of the handshake message (40000) exceeds the maximum allowed size (32768), MESSAGE_TOO_LARGE",
        "Received fatal alert: protocol_version, VERSION",
        "The server selected protocol version TLS11 is not accepted by client preferences, VERSION",
        "Received fatal alert: no_application_protocol, ALPN",
        "Received fatal alert: handshake_failure, REFUSED",
        "Received fatal alert: unexpected_message, REFUSED",
        "No appropriate protocol (protocol is disabled or cipher suites are inappropriate), OTHER",
        "'Unsupported or unrecognized SSL message', OTHER"
    })
    void theWordsOfJsseAreRead(String message, Kind kind) {
        assertThat(HandshakeFailure.of(new SSLProtocolException(message)))
                .isEqualTo(new HandshakeFailure(kind, message));
    }

    @Test
    void aTimeoutIsOneHoweverDeepItLies() {
        IOException wrapped =
                new SSLException("x", new SSLException("y", new SocketTimeoutException("Read timed out")));

        assertThat(HandshakeFailure.of(wrapped).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(HandshakeFailure.of(new SocketTimeoutException("Read timed out"))
                        .kind())
                .isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void aConnectionThatIsGoneIsNoAnswerOfTheServer() {
        IOException ended = new SSLHandshakeException("Remote host terminated the handshake");
        ended.initCause(new EOFException("SSL peer shut down incorrectly"));

        assertThat(HandshakeFailure.of(ended).kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(HandshakeFailure.of(new SocketException("Connection reset")).kind())
                .isEqualTo(Kind.CONNECTION_LOST);
        assertThat(HandshakeFailure.of(new IOException()).kind()).isEqualTo(Kind.CONNECTION_LOST);
    }

    @Test
    void theDetailIsOnePrintableLine() {
        HandshakeFailure failure = HandshakeFailure.of(new SSLException("a\r\nb" + "c".repeat(1000)));

        assertThat(failure.detail()).startsWith("a\\x0d\\x0ab").hasSizeLessThan(130);
    }

    @Test
    void onlyWhatWasTooLargeIsTheFaultOfTheCertificates() {
        for (Kind kind : Kind.values()) {
            assertThat(new HandshakeFailure(kind, "x").certificateProblem().isPresent())
                    .as(kind.name())
                    .isEqualTo(kind == Kind.CHAIN_TOO_LONG || kind == Kind.MESSAGE_TOO_LARGE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, TLS_AES_128_GCM_SHA256,",
        "TLSv1.2, TLS_RSA_WITH_AES_128_CBC_SHA,",
        "TLSv1.2, SSL_RSA_WITH_3DES_EDE_CBC_SHA, CIPHER",
        "TLSv1.2, TLS_DH_anon_WITH_AES_128_GCM_SHA256, CIPHER",
        "TLSv1.3, TLS_SHA256_SHA256, CIPHER",
        "TLSv1.1, TLS_RSA_WITH_AES_128_CBC_SHA, VERSION",
        "NONE, SSL_NULL_WITH_NULL_NULL, VERSION"
    })
    void aSessionBelowTheFloorDoesNotCount(String version, String suite, @Nullable Kind kind) {
        assertThat(HandshakeFailure.of(session(version, suite))
                        .map(HandshakeFailure::kind)
                        .orElse(null))
                .isEqualTo(kind);
    }

    /** A session that no provider should make. */
    private static SSLSession session(String version, String suite) {
        return (SSLSession) Proxy.newProxyInstance(
                HandshakeFailureTest.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (self, method, args) -> {
                    return switch (method.getName()) {
                        case "getProtocol" -> version;
                        case "getCipherSuite" -> suite;
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }
}
