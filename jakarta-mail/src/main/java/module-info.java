// SPDX-License-Identifier: Apache-2.0

/** Connections to MX hosts over Jakarta Mail, judged by MTA-STS (RFC 8461) between STARTTLS and MAIL FROM. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.jakartamail {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires transitive jakarta.mail;
    requires org.slf4j;

    exports io.github.mtasts4j.jakartamail;
}
