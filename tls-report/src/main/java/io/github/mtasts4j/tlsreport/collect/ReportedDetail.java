// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

/** What a report may tell of a failed session and need not (RFC 8460 §8): what is not told is not even collected. */
public enum ReportedDetail {
    /** Which of our addresses was used. */
    SENDING_MTA_IP,
    /** At which address the server was reached. */
    RECEIVING_IP,
    /** What the server called itself. */
    RECEIVING_MX_HELO,
    /** Why, in a word; the RFC asks for it where the type of the failure says little. */
    FAILURE_REASON_CODE
}
