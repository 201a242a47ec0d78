// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

/** How an {@code enforce} policy is told to Postfix. */
public enum AnswerForm {
    /**
     * {@code secure match=mx.example.com servername=hostname}, for any Postfix since 3.4. It connects to whatever host the DNS
     * names and compares the certificate with {@code match}; so give the server {@link MxNames}.
     */
    PLAIN,
    /**
     * The same with {@code policy_type=sts}, {@code policy_domain}, {@code policy_string} and {@code mx_host_pattern} behind it, for
     * Postfix 3.10 and later; an older one takes them for an error and defers the mail. Since 3.10.5 Postfix connects
     * to hosts that match a pattern only, and wants the certificate to be for the host, as §4.1 and §4.2 demand. It also
     * needs them for its own TLS reports.
     */
    STS_ATTRIBUTES
}
