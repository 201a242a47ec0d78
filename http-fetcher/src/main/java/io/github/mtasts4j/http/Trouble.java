// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Breach;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.ProtocolError;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.RemoteText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;

/** What an exception of HttpClient says about the server, as a result. */
final class Trouble {

    private Trouble() {}

    /** Before the head of the response was complete. */
    static Result inHead(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TlsFailure failure) {
                return ofTls(failure);
            } else if (cause instanceof MessageConstraintException) {
                return new ProtocolError(Breach.HEADERS, detail(cause));
            } else if (cause instanceof BodyLength.FramingException) {
                return new ProtocolError(Breach.FRAMING, detail(cause));
            } else if (cause instanceof HttpException || cause instanceof UnsupportedHttpVersionException) {
                return new ProtocolError(Breach.PROTOCOL, detail(cause));
            }
        }
        return new Unreachable(reasonOf(e), detail(e));
    }

    /** Amid the body: whatever it was, the body is not all there. */
    static Result inBody(IOException e) {
        Breach breach = e instanceof MessageConstraintException ? Breach.HEADERS : Breach.FRAMING;
        return new ProtocolError(breach, detail(e));
    }

    private static Result ofTls(TlsFailure failure) {
        if (!failure.problems().isEmpty()) {
            return new CertificateRejected(failure.problems());
        }
        return switch (failure.kind()) {
            case ALPN -> new ProtocolError(Breach.PROTOCOL, failure.detail());
            case VERSION -> new Unreachable("tls-version", failure.detail());
            case CIPHER -> new Unreachable("tls-cipher", failure.detail());
            case TIMEOUT -> new Unreachable("tls-timeout", failure.detail());
            case CHAIN_TOO_LONG, MESSAGE_TOO_LARGE, CONNECTION_LOST, REFUSED, OTHER ->
                new Unreachable("tls-handshake", failure.detail());
        };
    }

    private static String reasonOf(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "connect-timeout";
        } else if (e instanceof NoRouteToHostException) {
            return "no-route";
        } else if (e instanceof ConnectException) {
            return String.valueOf(e.getMessage()).contains("refused") ? "connection-refused" : "no-route";
        }
        return "connection-lost";
    }

    private static String detail(Throwable e) {
        return RemoteText.safe(String.valueOf(e.getMessage()), 120);
    }
}
