// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import java.util.List;

/**
 * An MX host of Postfix, good or bad, and what has to come of it.
 *
 * @param server the host
 * @param way how mail gets there where no policy stands in the way
 * @param problem a pattern for what a sender says where an enforced policy does; empty if none does
 */
record MxCase(Smtpd server, Way way, String problem) {

    /** How mail gets to a host. */
    enum Way {
        TLS_1_3("TLSv1.3"),
        TLS_1_2("TLSv1.2"),
        /** In the clear, over the connection on which STARTTLS was not offered. */
        PLAINTEXT(""),
        /** In the clear, over the connection on which STARTTLS was refused, or over another. */
        PLAINTEXT_AFTER_REFUSAL(""),
        /** In the clear, over another connection, since a handshake has ruined the first. */
        PLAINTEXT_AGAIN("");

        private final String protocol;

        Way(String protocol) {
            this.protocol = protocol;
        }

        boolean isTls() {
            return !protocol.isEmpty();
        }

        /** As Postfix calls it. */
        String protocol() {
            return protocol;
        }
    }

    private static final String NOT_FOR_IT = "the certificate is not for ";
    private static final String NOT_TRUSTED = "the certificate is not trusted: ";

    boolean mayHaveMail() {
        return problem.isEmpty();
    }

    String host() {
        return server.host();
    }

    /** By which the tests call it. */
    String name() {
        return host().substring("mx.".length(), host().length() - ".example".length());
    }

    static List<MxCase> all(StsWorld internet) {
        TestCa ca = internet.ca();
        TestCa intermediate = ca.intermediate("Intermediate");
        Identity cut = intermediate.issue("mx.cut-chain.example");
        MxCase good = good("good", ca.issue("mx.good.example"));
        return List.of(
                good,
                good("chain", intermediate.issue("mx.chain.example")),
                good("rsa", ca.issue(new Spec().dns("mx.rsa.example").rsa(2048))),
                good("wildcard", ca.issue("*.wildcard.example")),
                new MxCase(
                        Smtpd.presentingByName("mx.sni.example", ca.issue("mx.sni.example"), good.server),
                        Way.TLS_1_3,
                        ""),
                good("tls-required", ca.issue("mx.tls-required.example")).with("smtpd_tls_security_level", "encrypt"),
                good("tls-1-3", ca.issue("mx.tls-1-3.example")).with("smtpd_tls_protocols", ">=TLSv1.3"),
                good("tls-1-2", ca.issue("mx.tls-1-2.example"))
                        .with("smtpd_tls_protocols", "<=TLSv1.2")
                        .reachedOver(Way.TLS_1_2),
                good("tls-1-1", ca.issue("mx.tls-1-1.example"))
                        .with("smtpd_tls_protocols", "<=TLSv1.1")
                        .with("tls_medium_cipherlist", "ALL:@SECLEVEL=0") // OpenSSL 3 needs to be talked into it.
                        .reachedOver(Way.PLAINTEXT_AGAIN)
                        .forbiddenFor("TLS handshake failed: .*protocol_version"),
                bad("other-name", ca.issue("mx.elsewhere.example"), NOT_FOR_IT),
                bad("parent-name", ca.issue("parent-name.example"), NOT_FOR_IT),
                bad("common-name", ca.issue(new Spec().commonName("mx.common-name.example")), NOT_FOR_IT),
                bad("half-wildcard", ca.issue("m*.half-wildcard.example"), NOT_FOR_IT),
                bad("expired", ca.issue(new Spec().dns("mx.expired.example").expired()), "the certificate expired at "),
                bad(
                        "too-early",
                        ca.issue(new Spec().dns("mx.too-early.example").notYetValid()),
                        "the certificate is not valid before "),
                bad(
                        "self-signed",
                        TestCa.selfSigned(new Spec().dns("mx.self-signed.example")),
                        NOT_TRUSTED + "self-signed"),
                bad(
                        "untrusted-ca",
                        internet.untrustedCa().issue("mx.untrusted-ca.example"),
                        NOT_TRUSTED + "incomplete-chain"),
                bad("cut-chain", cut.presenting(cut.certificate()), NOT_TRUSTED + "incomplete-chain"),
                bad(
                        "clients-only",
                        ca.issue(new Spec().dns("mx.clients-only.example").clientOnly()),
                        NOT_TRUSTED + "eku"),
                bad(
                        "rsa-1024",
                        ca.issue(new Spec().dns("mx.rsa-1024.example").rsa(1024)),
                        "a certificate's key is too short"),
                bad(
                        "sha-1",
                        ca.issue(new Spec().dns("mx.sha-1.example").signedWith("SHA1withECDSA")),
                        "a certificate is signed with SHA1withECDSA"),
                new MxCase(Smtpd.withoutTls("mx.no-tls.example"), Way.PLAINTEXT, "STARTTLS not offered"),
                new MxCase(
                        Smtpd.withoutTls("mx.broken-tls.example")
                                .with("smtpd_tls_security_level", "may")
                                .with("smtpd_tls_CAfile", "$dir/lost.pem"),
                        Way.PLAINTEXT_AFTER_REFUSAL,
                        "STARTTLS refused with 454"),
                new MxCase(
                        Smtpd.withoutKey("mx.no-key.example"),
                        Way.PLAINTEXT_AGAIN,
                        "TLS handshake failed: .*handshake_failure"));
    }

    private static MxCase good(String name, Identity identity) {
        return new MxCase(Smtpd.presenting("mx." + name + ".example", identity), Way.TLS_1_3, "");
    }

    private static MxCase bad(String name, Identity identity, String problem) {
        return good(name, identity).forbiddenFor(problem);
    }

    private MxCase with(String setting, String value) {
        return new MxCase(server.with(setting, value), way, problem);
    }

    private MxCase reachedOver(Way other) {
        return new MxCase(server, other, problem);
    }

    private MxCase forbiddenFor(String reason) {
        return new MxCase(server, way, reason);
    }
}
