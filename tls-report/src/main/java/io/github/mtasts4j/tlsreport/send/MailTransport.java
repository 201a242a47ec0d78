// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.MailAddress;

/**
 * Sends the mail that carries a report: by handing it to the server's own queue, or over SMTP there and then. Called by several threads at
 * once.
 *
 * <p>The mail goes whatever the TLS of its destination is like: MTA-STS and DANE are not heeded (RFC 8460 §3, §5.3), TLS is used if it can
 * be had. So a transport that serves reports alone need not ask {@code MtaSts} at all, and what is not judged is not counted in the next
 * report either, as it should not be. A queue that asks for every message passes {@code TlsRequirement.TLS_REPORT} to {@code plan}
 * and {@code decide}, and leaves the session out of what it reports. The header field {@code TLS-Required: No} in the message says the same
 * to servers that heed it (RFC 8689).
 */
@FunctionalInterface
public interface MailTransport {

    /**
     * Sends a message to one recipient, or has it queued. One that throws is logged, and the mail is tried again later.
     *
     * @param from the envelope sender; what bounces goes there
     * @param to the recipient
     * @param message the signed message: 7-bit, with CRLF at the end of each line; not to be changed
     * @return what became of it
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Answer submit(MailAddress from, MailAddress to, byte[] message) throws InterruptedException;

    /** What can become of a message. */
    enum Verdict {
        /** Somebody else is responsible for it now: the recipient's server, or the own queue. */
        ACCEPTED,
        /** It was not taken for now; try again later. */
        TEMPORARY,
        /** It will never be taken. */
        PERMANENT
    }

    /**
     * What became of a message.
     *
     * @param verdict the kind
     * @param detail one line for a person, such as the reply
     */
    record Answer(Verdict verdict, String detail) {

        private static final int LIMIT = 200;

        /**
         * Makes the detail safe to print, at most 200 characters.
         *
         * @param verdict the kind
         * @param detail one line for a person
         */
        public Answer {
            detail = RemoteText.safe(detail, LIMIT);
        }
    }
}
