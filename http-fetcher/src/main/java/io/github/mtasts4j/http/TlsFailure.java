// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.tls.CertificateProblem;
import java.util.List;
import javax.net.ssl.SSLException;

/** There is no TLS session that a request may be sent over. The one exception this package throws through HttpClient. */
final class TlsFailure extends SSLException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient List<CertificateProblem> problems;

    TlsFailure(List<CertificateProblem> problems) {
        super(problems.toString());
        this.reason = Reason.CERTIFICATE;
        this.problems = problems;
    }

    TlsFailure(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
        this.problems = List.of();
    }

    Reason reason() {
        return reason;
    }

    /** What is wrong with the certificate; empty unless that is the reason. */
    List<CertificateProblem> problems() {
        return problems;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    enum Reason {
        CERTIFICATE,
        VERSION,
        ALPN,
        TIMEOUT,
        HANDSHAKE
    }
}
