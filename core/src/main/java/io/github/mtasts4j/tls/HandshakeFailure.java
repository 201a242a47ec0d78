// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.RemoteText;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Why there is no TLS session, or none that counts. JSSE tells most of it in words only, and this is the one place that
 * reads them.
 *
 * @param kind what it was
 * @param detail one printable line for a person
 */
public record HandshakeFailure(Kind kind, String detail) {

    private static final int MAX_DETAIL = 120;

    /** The kinds that outcomes and errors tell apart. */
    public enum Kind {
        /** Nothing more came from the server within the read timeout, or not all of it within the limit. */
        TIMEOUT,
        /** There is no common version, or the session's is below TLS 1.2 (§7.2). */
        VERSION,
        /** The session's cipher suite protects nothing: NULL, anonymous, export, RC4, DES, 3DES, MD5, or unknown. */
        CIPHER,
        /** The chain has more certificates than JSSE reads. */
        CHAIN_TOO_LONG,
        /** A message is larger than JSSE reads, as only that with the certificates gets. */
        MESSAGE_TOO_LARGE,
        /** There is no common application protocol (RFC 7301). */
        ALPN,
        /** The connection is gone. */
        CONNECTION_LOST,
        /** The server has ended it with an alert: nothing that was offered would do, or it does not know the host. */
        REFUSED,
        /** Anything else, such as plaintext where TLS should be. */
        OTHER
    }

    /**
     * Reads what a handshake threw.
     *
     * @param failure from {@code startHandshake}, {@code wrap}, {@code unwrap} or the connection below
     * @return what it was; {@link Kind#OTHER} if it cannot be told
     */
    public static HandshakeFailure of(IOException failure) {
        // JSSE wraps what happened on the connection, and not in every version alike.
        if (hasCause(failure, SocketTimeoutException.class)) {
            return new HandshakeFailure(Kind.TIMEOUT, "the server took too long");
        }
        String detail = RemoteText.safe(String.valueOf(failure.getMessage()), MAX_DETAIL);
        return new HandshakeFailure(kindOf(failure, detail.toLowerCase(Locale.ROOT)), detail);
    }

    /**
     * What is wrong with a session whoever the peer may be. What was offered is not what has come about with every
     * provider.
     *
     * @param session a session after its handshake
     * @return what it lacks, or nothing if only the peer's identity remains to be judged
     */
    public static Optional<HandshakeFailure> of(SSLSession session) {
        if (!ClientTls.VERSIONS.contains(session.getProtocol())) {
            return sessionIs(Kind.VERSION, session.getProtocol());
        }
        return CipherFloor.admits(session.getCipherSuite())
                ? Optional.empty()
                : sessionIs(Kind.CIPHER, session.getCipherSuite());
    }

    private static Optional<HandshakeFailure> sessionIs(Kind kind, String what) {
        return Optional.of(new HandshakeFailure(kind, "the session is " + RemoteText.safe(what)));
    }

    /**
     * The fault of the certificates, where it is theirs. JSSE's limits come before those of {@link CertificateVerifier},
     * and a host that exceeds either is the same host.
     *
     * @return {@link CertificateProblem.Kind#TOO_LARGE}, or nothing
     */
    public Optional<CertificateProblem> certificateProblem() {
        return switch (kind) {
            case CHAIN_TOO_LONG -> Optional.of(tooLarge("chain-too-long"));
            case MESSAGE_TOO_LARGE -> Optional.of(tooLarge("chain-too-large"));
            default -> Optional.empty();
        };
    }

    private CertificateProblem tooLarge(String reason) {
        return new CertificateProblem(CertificateProblem.Kind.TOO_LARGE, reason, detail);
    }

    private static Kind kindOf(IOException failure, String message) {
        if (message.contains("certificate chain length")) {
            return Kind.CHAIN_TOO_LONG;
        } else if (message.contains("handshake message") && message.contains("exceeds")) {
            return Kind.MESSAGE_TOO_LARGE;
        } else if (message.contains("protocol_version") || message.contains("protocol version")) {
            return Kind.VERSION;
        } else if (message.contains("application_protocol") || message.contains("application_layer_protocol")) {
            return Kind.ALPN;
        } else if (message.contains("received fatal alert")) {
            return Kind.REFUSED;
        }
        boolean lost = hasCause(failure, EOFException.class) || hasCause(failure, SocketException.class);
        return lost || !(failure instanceof SSLException) ? Kind.CONNECTION_LOST : Kind.OTHER;
    }

    private static boolean hasCause(IOException failure, Class<? extends IOException> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
