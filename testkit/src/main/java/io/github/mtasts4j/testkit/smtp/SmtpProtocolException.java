// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import java.io.IOException;

/** What the peer sends is not SMTP, or more of it than anybody needs. Nothing it says can be believed any more. */
final class SmtpProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    SmtpProtocolException(String message) {
        super(message);
    }
}
