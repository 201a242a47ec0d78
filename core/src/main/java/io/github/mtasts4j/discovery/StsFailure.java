// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;

/**
 * Something that went wrong while a policy was looked for. A value, because the world outside is allowed to fail.
 *
 * @param code what it was, for programs
 * @param reason one word more precise than the code, fit for the {@code failure-reason-code} of a TLS report (RFC 8460
 *     §4.3): {@code http-404}, {@code dns-servfail}, {@code invalid-max-age} ...
 * @param detail one printable line for a person; a stranger's text in it is escaped and shortened
 * @param at when
 */
public record StsFailure(FailureCode code, String reason, String detail, Instant at) {

    @Override
    public String toString() {
        return code + " (" + reason + "): " + detail;
    }
}
