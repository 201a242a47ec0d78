// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.HandshakeFailure;
import io.github.mtasts4j.tls.HandshakeFailure.Kind;
import java.util.List;
import javax.net.ssl.SSLException;

/** There is no TLS session that a request may be sent over. The one exception this package throws through HttpClient. */
final class TlsFailure extends SSLException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient List<CertificateProblem> problems;

    TlsFailure(List<CertificateProblem> problems) {
        super(problems.toString());
        this.kind = Kind.OTHER;
        this.problems = problems;
    }

    TlsFailure(HandshakeFailure failure) {
        super(failure.detail());
        this.kind = failure.kind();
        this.problems = failure.certificateProblem().stream().toList();
    }

    Kind kind() {
        return kind;
    }

    /** What is wrong with the certificate; if there is anything, it is the reason whatever the kind. */
    List<CertificateProblem> problems() {
        return problems;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
