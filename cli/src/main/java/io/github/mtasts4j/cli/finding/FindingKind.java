// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import static io.github.mtasts4j.cli.finding.Severity.ERROR;
import static io.github.mtasts4j.cli.finding.Severity.INFO;
import static io.github.mtasts4j.cli.finding.Severity.WARNING;

/** All that can be found. The names are a promise to scripts: none is ever renamed or given another meaning. */
public enum FindingKind {
    // ---- the name ----
    /** Not a domain name that mail could go to. */
    NAME_INVALID(ERROR, "RFC 5321 §4.1.2", "Check the spelling. A name has at least two labels, such as example.com."),
    /** There is no such domain. */
    DOMAIN_NOT_FOUND(ERROR, "RFC 5321 §5.1", "Check the spelling, and whether the domain is still registered."),

    // ---- the TXT record ----
    /** There is nothing of MTA-STS at all. */
    NO_MTA_STS(
            INFO, "RFC 8461 §3", "Nothing is broken. To protect the domain's mail, publish a policy and a TXT record."),
    /** There is a policy host, and no record that tells of it. */
    TXT_MISSING(ERROR, "RFC 8461 §3.1", "Publish a TXT record at _mta-sts under the domain: v=STSv1; id=20260101;"),
    /** The record stands at another name. */
    TXT_WRONG_NAME(
            ERROR,
            "RFC 8461 §3.1",
            "Move the record to _mta-sts under the domain, with the underscore and the hyphen."),
    /** What stands there is no MTA-STS record. */
    TXT_NOT_STS(ERROR, "RFC 8461 §3.1", "The record has to begin with exactly v=STSv1; in this spelling."),
    /** There are two or more records. */
    TXT_MULTIPLE(ERROR, "RFC 8461 §3.1", "Delete all but one. With more than one, senders take it that there is none."),
    /** The id is missing, too long, or has other characters than letters and digits. */
    TXT_ID_INVALID(
            ERROR,
            "RFC 8461 §3.1",
            "Give the record an id of 1 to 32 letters and digits, such as a date: id=20260101;"),
    /** The record does not follow the grammar. */
    TXT_INVALID(ERROR, "RFC 8461 §3.1", "Write it like this: v=STSv1; id=20260101;"),
    /** Some senders take it, strict ones do not. */
    TXT_SLOPPY(ERROR, "RFC 8461 §3.1", "Remove empty fields and trailing blanks: v=STSv1; id=20260101;"),
    /** The DNS gave no usable answer. */
    TXT_NO_ANSWER(ERROR, "RFC 8461 §3.3", "Look at the domain's name servers and its DNSSEC; then try again."),
    /** The policy is another one than before, under the same id. */
    ID_NOT_CHANGED(
            ERROR,
            "RFC 8461 §3.1",
            "Change the id in the TXT record whenever the policy changes; senders look at nothing else."),

    // ---- the policy host ----
    /** There is a record, and no policy host. */
    POLICY_HOST_MISSING(
            ERROR, "RFC 8461 §3.3", "Give the host mta-sts under the domain an address, and serve the policy there."),
    /** The DNS gave no usable answer for the policy host. */
    POLICY_HOST_NO_ANSWER(ERROR, "RFC 8461 §3.3", "Look at the domain's name servers and its DNSSEC; then try again."),
    /** The policy host has private addresses only. */
    POLICY_HOST_PRIVATE(
            ERROR, "RFC 8461 §10.3", "Publish a public address. For a laboratory, allow it with --allow-address."),
    /** Nobody listens. */
    POLICY_HOST_REFUSED(ERROR, "RFC 8461 §3.3", "Start the web server, and let port 443 through the firewall."),
    /** No answer in time. */
    POLICY_HOST_TIMEOUT(
            ERROR,
            "RFC 8461 §3.3",
            "Look at the web server and the firewall in front of it: senders wait a minute at most."),
    /** It cannot be reached from here. */
    POLICY_HOST_UNREACHABLE(
            ERROR, "RFC 8461 §3.3", "Look at the web server and the way to it; try from another network as well."),
    /** It has an address that only some senders can reach. */
    POLICY_HOST_IPV6_ONLY(
            WARNING, "RFC 8461 §3.3", "Give the policy host an IPv4 address as well: many mail servers have no IPv6."),
    /** There is no TLS session. */
    POLICY_HOST_TLS(ERROR, "RFC 8461 §3.3", "Have the web server speak TLS 1.2 or newer on port 443."),
    /** The certificate is for other names. */
    POLICY_CERT_NAME(
            ERROR,
            "RFC 8461 §3.3",
            "Get a certificate for the name mta-sts and the domain, and install it for that name."),
    /** The certificate has its name as common name only. */
    POLICY_CERT_CN_ONLY(
            ERROR, "RFC 8461 §3.3", "Get a certificate with the name as subjectAltName; a common name does not count."),
    /** The certificate has expired. */
    POLICY_CERT_EXPIRED(
            ERROR, "RFC 8461 §3.3", "Renew the certificate, and find out why it was not renewed by itself."),
    /** The certificate is from nobody whom senders trust, or its chain is incomplete. */
    POLICY_CERT_UNTRUSTED(
            ERROR,
            "RFC 8461 §3.3",
            "Use a certificate of a public authority, and install the intermediate certificates with it."),
    /** The certificate is too weak, revoked or oversized. */
    POLICY_CERT_UNFIT(ERROR, "RFC 8461 §3.3", "Replace the certificate."),
    /** The certificate ends soon. */
    POLICY_CERT_EXPIRES_SOON(WARNING, "RFC 8461 §3.3", "Renew the certificate."),
    /** 404. */
    POLICY_NOT_FOUND(ERROR, "RFC 8461 §3.3", "Serve the policy at exactly /.well-known/mta-sts.txt."),
    /** A redirect. */
    POLICY_REDIRECT(ERROR, "RFC 8461 §3.3", "Serve the policy itself at this address: senders follow no redirect."),
    /** Any other status than 200. */
    POLICY_HTTP_STATUS(ERROR, "RFC 8461 §3.3", "Have the web server answer with status 200, to clients of any kind."),
    /** What came is not proper HTTP. */
    POLICY_HTTP_BROKEN(ERROR, "RFC 8461 §3.3", "Look at the web server: its answer breaks off, or is not HTTP/1.1."),
    /** The media type is not text/plain. */
    POLICY_MEDIA_TYPE(ERROR, "RFC 8461 §3.2", "Have the web server send Content-Type: text/plain."),
    /** The body is compressed though nobody asked for that. */
    POLICY_COMPRESSED(ERROR, "RFC 8461 §3.3", "Switch compression off for this file."),
    /** The body is too large. */
    POLICY_TOO_LARGE(ERROR, "RFC 8461 §3.3", "A policy has a few hundred octets; senders stop at 64 KiB."),

    // ---- the policy ----
    /** A web page instead of a policy. */
    POLICY_HTML(ERROR, "RFC 8461 §3.2", "Serve the text of the policy; this is a web page, an error page perhaps."),
    /** A byte order mark in front. */
    POLICY_BOM(ERROR, "RFC 8461 §3.2", "Save the file without a byte order mark (\"UTF-8\", not \"UTF-8 with BOM\")."),
    /** Not UTF-8. */
    POLICY_ENCODING(ERROR, "RFC 8461 §3.2", "Save the file as plain ASCII or UTF-8."),
    /** A line is no field. */
    POLICY_SYNTAX(ERROR, "RFC 8461 §3.2", "Each line is a name, a colon and a value, without empty lines between."),
    /** The version is missing or another one. */
    POLICY_VERSION(ERROR, "RFC 8461 §3.2", "Let the first line be: version: STSv1"),
    /** The mode is missing or unknown. */
    POLICY_MODE(ERROR, "RFC 8461 §3.2", "Write mode: testing or mode: enforce, in lower case."),
    /** max_age is missing or no number. */
    POLICY_MAX_AGE(ERROR, "RFC 8461 §3.2", "Write max_age: and a number of seconds, such as 604800 for a week."),
    /** There is no mx. */
    POLICY_MX_MISSING(ERROR, "RFC 8461 §3.2", "Write one line mx: for each host that takes the domain's mail."),
    /** An mx is no host name and no pattern. */
    POLICY_MX_INVALID(ERROR, "RFC 8461 §3.2", "An mx is a host name, or *. and a domain; no address, no port, no URL."),
    /** A field stands there twice. */
    POLICY_DUPLICATE_FIELD(WARNING, "RFC 8461 §3.2", "Delete the later line: senders go by the first."),
    /** A field nobody knows, which looks like one that is known. */
    POLICY_FIELD_TYPO(
            WARNING, "RFC 8461 §3.2", "Correct the name of the field: senders ignore names they do not know."),
    /** A field nobody knows. */
    POLICY_FIELD_UNKNOWN(INFO, "RFC 8461 §3.2", "Senders ignore it. Delete it unless you know what it is for."),
    /** Less than a day. */
    MAX_AGE_BELOW_DAY(
            WARNING,
            "RFC 8461 §3.2",
            "Raise max_age to weeks: it is how long an attacker has to block the policy to get rid of it."),
    /** Less than a week. */
    MAX_AGE_BELOW_WEEK(
            WARNING,
            "RFC 8461 §3.2",
            "Raise max_age to weeks: it is how long an attacker has to block the policy to get rid of it."),
    /** More than a year. */
    MAX_AGE_TOO_LARGE(
            WARNING,
            "RFC 8461 §3.2",
            "Write 31557600 (a year) at most: some senders cap it, others refuse the policy."),
    /** The policy protects nobody yet. */
    MODE_TESTING(
            INFO, "RFC 8461 §5", "When no report shows failures any more, change mode to enforce, and the id with it."),
    /** The policy has been withdrawn. */
    MODE_NONE(
            WARNING,
            "RFC 8461 §8.3",
            "Once all caches have forgotten the old policy, delete the TXT record, then the policy."),
    /** Another mode than expected. */
    MODE_UNEXPECTED(ERROR, "RFC 8461 §5", "Find out who has changed the policy, or correct what --expect says."),
    /** A pattern that no MX matches. */
    PATTERN_UNUSED(
            WARNING, "RFC 8461 §4.1", "Delete the mx line if the host is gone; otherwise look for a slip in the name."),
    /** A wildcard that is meant to cover more than it does. */
    WILDCARD_ONE_LABEL(
            WARNING, "RFC 8461 §4.1", "An asterisk stands for exactly one label. List the host by its full name."),
    /** A pattern that is an address. */
    PATTERN_IS_ADDRESS(
            WARNING, "RFC 8461 §4.1", "Write the name of the host, not its address: no MX matches an address."),

    // ---- the MX hosts ----
    /** The DNS gave no usable answer for the MX records. */
    MX_NO_ANSWER(ERROR, "RFC 5321 §5.1", "Look at the domain's name servers and its DNSSEC; then try again."),
    /** The domain takes no mail. */
    MX_NULL(INFO, "RFC 7505 §3", "Nothing to do, unless the domain is meant to take mail. A policy is of no use here."),
    /** There is no MX record. */
    MX_IMPLICIT(INFO, "RFC 5321 §5.1", "Mail goes to the domain itself. Publish an MX record to say so."),
    /** An MX record with a target that is no host name. */
    MX_TARGET_INVALID(ERROR, "RFC 5321 §5.1", "Let the MX record name a host, not an address."),
    /** An MX that the policy does not list. */
    MX_NOT_LISTED(ERROR, "RFC 8461 §4.1", "Add an mx line for the host and change the id, or delete the MX record."),
    /** An MX without an address. */
    MX_NO_ADDRESS(ERROR, "RFC 5321 §5.1", "Give the host an address, or delete the MX record."),
    /** The DNS gave no usable answer for an MX. */
    MX_ADDRESS_NO_ANSWER(ERROR, "RFC 5321 §5.1", "Look at the name servers of the host's domain; then try again."),
    /** An MX with private addresses only. */
    MX_PRIVATE(ERROR, "RFC 5321 §5.1", "Publish a public address. For a laboratory, allow it with --allow-address."),
    /** An MX that only some senders can reach. */
    MX_IPV6_ONLY(WARNING, "RFC 5321 §5.1", "Give the host an IPv4 address as well: many mail servers have no IPv6."),
    /** An MX that cannot be connected to. */
    MX_UNREACHABLE(
            ERROR,
            "RFC 5321 §5.1",
            "Look at the host and its firewall. If all hosts are unreachable, your own network may block port 25."),
    /** An MX that does not speak SMTP, or turns us away. */
    MX_NO_SMTP(ERROR, "RFC 5321 §3.1", "Look at the mail server's log. It may turn away this machine's address only."),
    /** STARTTLS is not offered. */
    MX_NO_STARTTLS(
            ERROR, "RFC 8461 §4.2", "Switch STARTTLS on, and look for a firewall that hides it (\"SMTP inspection\")."),
    /** STARTTLS is offered and refused. */
    MX_STARTTLS_REFUSED(
            ERROR,
            "RFC 8461 §4.2",
            "Look at the mail server's log: usually it cannot read its key or its certificate."),
    /** The handshake fails. */
    MX_TLS_FAILED(ERROR, "RFC 8461 §4.2", "Have the mail server speak TLS 1.2 or newer, with cipher suites of today."),
    /** The certificate is for other names. */
    MX_CERT_NAME(
            ERROR,
            "RFC 8461 §4.2",
            "Get a certificate for the name in the MX record, and install it for that name (SNI)."),
    /** The certificate has its name as common name only. */
    MX_CERT_CN_ONLY(
            ERROR, "RFC 8461 §4.2", "Get a certificate with the name as subjectAltName; a common name does not count."),
    /** The certificate has expired. */
    MX_CERT_EXPIRED(
            ERROR,
            "RFC 8461 §4.2",
            "Renew the certificate and restart the mail server; find out why it did not happen by itself."),
    /** The certificate is from nobody whom senders trust, or its chain is incomplete. */
    MX_CERT_UNTRUSTED(
            ERROR,
            "RFC 8461 §4.2",
            "Use a certificate of a public authority, and install the intermediate certificates with it."),
    /** The certificate is too weak, revoked or oversized. */
    MX_CERT_UNFIT(ERROR, "RFC 8461 §4.2", "Replace the certificate."),
    /** The certificate ends soon. */
    MX_CERT_EXPIRES_SOON(WARNING, "RFC 8461 §4.2", "Renew the certificate and restart the mail server."),
    /** The name has an underscore. */
    MX_NAME_NO_SNI(ERROR, "RFC 8461 §7.1", "Rename the host: a name with an underscore cannot be asked for in TLS."),
    /** No MX may have the mail. */
    MAIL_HELD_BACK(ERROR, "RFC 8461 §5", "Mend one MX, or publish mode: testing with a new id until it is done."),
    /** What would happen if testing became enforce. */
    ENFORCE_WOULD_BREAK(WARNING, "RFC 8461 §5", "Stay with testing until the errors above are mended."),

    // ---- DANE ----
    /** The certificate does not match the TLSA records. */
    DANE_FAILED(
            ERROR,
            "RFC 7672 §2.2",
            "Publish TLSA records that match the certificate; senders with DANE hold mail back."),
    /** The TLSA records are of no use. */
    DANE_UNUSABLE(WARNING, "RFC 7672 §3.1", "Publish TLSA records of usage 3 or 2."),
    /** The DNS gave no usable answer for TLSA records. */
    DANE_NO_ANSWER(
            ERROR,
            "RFC 7672 §2.1",
            "Look at the name servers and the DNSSEC of the host's domain; senders with DANE hold mail back."),

    // ---- TLSRPT ----
    /** Nobody is told of failures. */
    TLSRPT_MISSING(
            WARNING,
            "RFC 8460 §3",
            "Publish a TXT record at _smtp._tls: v=TLSRPTv1; rua=mailto:tls-reports@ and the domain"),
    /** The record does not follow the grammar. */
    TLSRPT_INVALID(WARNING, "RFC 8460 §3", "Write it like this: v=TLSRPTv1; rua=mailto:tls-reports@example.com"),
    /** None of the addresses can be used. */
    TLSRPT_RUA_UNUSABLE(
            WARNING, "RFC 8460 §3", "Use mailto: and an address, or https: on port 443; nothing else is sent to."),
    /** Some of the addresses cannot be used. */
    TLSRPT_RUA_IGNORED(INFO, "RFC 8460 §3", "Remove it, or use mailto: and an address, or https: on port 443."),
    /** The DNS gave no usable answer. */
    TLSRPT_NO_ANSWER(WARNING, "RFC 8460 §3", "Look at the domain's name servers; then try again.");

    private final Severity severity;
    private final String clause;
    private final String remedy;

    FindingKind(Severity severity, String clause, String remedy) {
        this.severity = severity;
        this.clause = clause;
        this.remedy = remedy;
    }

    /**
     * How bad it is unless the circumstances say otherwise.
     *
     * @return the severity
     */
    public Severity severity() {
        return severity;
    }

    /**
     * What demands otherwise.
     *
     * @return such as {@code RFC 8461 §4.1}
     */
    public String clause() {
        return clause;
    }

    /**
     * What to do about it.
     *
     * @return one or two sentences
     */
    public String remedy() {
        return remedy;
    }

    /**
     * Whether it says that something could not be found out, rather than that it is wrong.
     *
     * @return whether to try again
     */
    public boolean isTemporary() {
        return name().endsWith("_NO_ANSWER");
    }
}
