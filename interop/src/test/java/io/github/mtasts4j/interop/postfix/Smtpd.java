// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.testkit.tls.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One MX host of a {@link PostfixMx}: an {@code smtpd} service with a port and settings of its own.
 *
 * @param host its name in MX records
 * @param identity what it presents; empty if TLS is not to work
 * @param settings what else {@code master.cf} says, as {@code name=value} without blanks; a {@code $dir} is the directory
 *     with what hosts present, in files named {@code <host>.pem}, and with {@code sni}, which maps host names to them
 */
record Smtpd(String host, Optional<Identity> identity, List<String> settings) {

    Smtpd {
        settings = List.copyOf(settings);
    }

    /** A host that offers STARTTLS and presents this. */
    static Smtpd presenting(String host, Identity identity) {
        return new Smtpd(host, Optional.of(identity), List.of("smtpd_tls_chain_files=$dir/" + host + ".pem"));
    }

    /** A host that presents this to those who ask for it by its name (RFC 6066 §3), and another's certificate to others. */
    static Smtpd presentingByName(String host, Identity identity, Smtpd other) {
        return new Smtpd(
                host,
                Optional.of(identity),
                List.of("smtpd_tls_chain_files=$dir/" + other.host + ".pem", "tls_server_sni_maps=texthash:$dir/sni"));
    }

    /** A host without TLS. */
    static Smtpd withoutTls(String host) {
        return new Smtpd(host, Optional.empty(), List.of("smtpd_tls_security_level=none"));
    }

    /** A host that offers STARTTLS and has nothing to present: its postmaster has lost the file with the key. */
    static Smtpd withoutKey(String host) {
        return new Smtpd(host, Optional.empty(), List.of("smtpd_tls_chain_files=$dir/lost.pem"));
    }

    /** The same with one more setting. */
    Smtpd with(String name, String value) {
        List<String> more = new ArrayList<>(settings);
        more.add(name + "=" + value);
        return new Smtpd(host, identity, more);
    }

    /** By which the log tells a host from others. */
    static String syslogName(String host) {
        return "postfix/" + host;
    }
}
