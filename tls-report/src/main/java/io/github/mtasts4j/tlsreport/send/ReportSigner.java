// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.HeaderField;
import java.util.Optional;

/**
 * Signs the mail that carries a report with DKIM (RFC 6376). Who receives reports ignores what is not signed (RFC 8460 §3). Called by
 * several threads at once.
 *
 * <p>The signature is by the submitter, has no {@code l=}, and covers {@code TLS-Report-Domain} and {@code TLS-Report-Submitter}. The key
 * record should say {@code s=tlsrpt}.
 */
@FunctionalInterface
public interface ReportSigner {

    /**
     * Signs. One that throws is logged, and the mail is tried again later.
     *
     * @param submitter the domain that has to sign
     * @param message the whole message, with CRLF at the end of each line; not to be changed
     * @return the field {@code DKIM-Signature}; empty if there is no key for that domain, and then the mail is not sent
     */
    Optional<HeaderField> sign(DomainName submitter, byte[] message);
}
