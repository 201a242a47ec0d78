// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;

/**
 * Where a domain wants its reports: one URI of the {@code rua} of its record (RFC 8460 §3). {@link ReportingPolicyParser} makes them,
 * and what is said here of their parts holds for those that it makes.
 */
public sealed interface ReportUri {

    /**
     * The URI as it stands in the record.
     *
     * @return printable ASCII, at most 1024 octets
     */
    String published();

    /**
     * By mail.
     *
     * @param published the URI as it stands in the record
     * @param address to whom; its domain is a public name
     */
    record Mailto(String published, MailAddress address) implements ReportUri {}

    /**
     * By a POST over HTTPS, to port 443.
     *
     * @param published the URI as it stands in the record
     * @param host to whom; a public name, no address. What it resolves to is not known here: connecting to it needs the guard against
     *     special-purpose addresses
     * @param target the path and the query, as the request line has them; begins with a slash
     */
    record Https(String published, DomainName host, String target) implements ReportUri {}
}
