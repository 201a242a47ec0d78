// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Certificates good and bad, each with what is to be said of it. */
final class CertificateRows {

    static final String MX = "mx.example.com";
    private static final String NAME = "NAME_MISMATCH no-matching-dns-id";

    private final TestCa root = TestCa.root("Root");
    private final TestCa ca = root.intermediate("Intermediate");
    private final TestCa stranger = TestCa.root("Stranger");
    private final TestCa rsaCa = root.intermediate("RSA", new Spec().rsa(2048));

    X509Certificate trusted() {
        return root.certificate();
    }

    List<Row> all() {
        return Stream.of(goodNames(), badNames(), otherOctets(), goodChains(), badChains(), weak(), tooLarge())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * One certificate.
     *
     * @param problems kind and reason of every problem, none if it is good
     * @param overTls what a handshake comes to, where it is neither "verified" nor these problems
     */
    record Row(String name, Identity identity, String host, List<String> problems, List<String> overTls) {

        static Row accepted(String name, Identity identity, String host) {
            return new Row(name, identity, host, List.of(), List.of("verified"));
        }

        static Row rejected(String name, Identity identity, String... problems) {
            return rejectedFor(MX, name, identity, problems);
        }

        static Row rejectedFor(String host, String name, Identity identity, String... problems) {
            return new Row(name, identity, host, List.of(problems), List.of(problems));
        }

        boolean exceedsJsse() {
            return problems.stream().anyMatch(problem -> problem.startsWith("TOO_LARGE chain"));
        }

        Row butOverTls(String outcome) {
            return new Row(name, identity, host, problems, List.of(outcome));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private List<Row> goodNames() {
        return List.of(
                Row.accepted("the very name", ca.issue(MX), MX),
                Row.accepted("a wildcard for the whole left-most label", ca.issue("*.example.com"), MX),
                Row.accepted("a name in capitals", ca.issue("MX.EXAMPLE.COM"), MX),
                Row.accepted("a host with a trailing dot", ca.issue(MX), MX + "."),
                Row.accepted("an A-label", ca.issue("xn--bcher-kva.example"), "xn--bcher-kva.example"),
                Row.accepted("a wildcard for an A-label", ca.issue("*.example"), "xn--bcher-kva.example"),
                Row.accepted(
                        "one of many names, another as common name",
                        ca.issue(new Spec().commonName("a.example.com").dns("a.example.com", "b.example.com", MX)),
                        MX),
                Row.accepted(
                        "a wildcard below a top-level domain, by a private root", ca.issue("*.com"), "example.com"),
                Row.accepted("1 000 names", ca.issue(names(1000)), MX),
                Row.accepted("a host of one label", ca.issue("mailhost"), "mailhost"),
                Row.accepted("an underscore in both", ca.issue("mx_1.example.com"), "mx_1.example.com")
                        .butOverTls("cannot send SNI"));
    }

    private List<Row> badNames() {
        return List.of(
                Row.rejected("a common name only", ca.issue(new Spec().commonName(MX)), NAME),
                Row.rejected(
                        "an address only", ca.issue(new Spec().commonName(MX).ip("127.0.0.1")), NAME),
                Row.rejected(
                        "a mailbox only", ca.issue(new Spec().commonName(MX).email("postmaster@" + MX)), NAME),
                Row.rejected(
                        "the name as common name beside another SAN",
                        ca.issue(new Spec().commonName(MX).dns("other.example.com")),
                        NAME),
                Row.rejected("no name at all", ca.issue(new Spec()), NAME),
                Row.rejected("the recipient's domain instead of the MX", ca.issue("example.com"), NAME),
                Row.rejected("m*.example.com", ca.issue("m*.example.com"), NAME),
                Row.rejected("*x.example.com", ca.issue("*x.example.com"), NAME),
                Row.rejected("mx.*.com", ca.issue("mx.*.com"), NAME),
                Row.rejected("*.*.com", ca.issue("*.*.com"), NAME),
                Row.rejected("*", ca.issue("*"), NAME),
                Row.rejectedFor("mailhost", "* for a host of one label", ca.issue("*"), NAME),
                Row.rejectedFor("xn--bcher-kva.example.com", "xn--*.example.com", ca.issue("xn--*.example.com"), NAME),
                Row.rejectedFor("a.b.example.com", "a wildcard for two labels", ca.issue("*.example.com"), NAME),
                Row.rejectedFor("example.com", "a wildcard for no label", ca.issue("*.example.com"), NAME),
                Row.rejectedFor("example.com", "a leading dot", ca.issue(".example.com"), NAME),
                Row.rejected("a leading dot for a host below", ca.issue(".example.com"), NAME),
                Row.rejected(
                        "a name that ends alike", ca.issue("x.example.com", "ample.com", "evilmx.example.com"), NAME),
                Row.rejectedFor("mx-1.example.com", "an underscore for a hyphen", ca.issue("mx_1.example.com"), NAME),
                Row.rejected("an address as a dNSName", ca.issue("127.0.0.1"), NAME));
    }

    private List<Row> otherOctets() {
        return List.of(
                Row.rejected("a trailing dot", ca.issue(MX + "."), NAME),
                Row.rejected("a trailing dot in a wildcard", ca.issue("*.example.com."), NAME),
                Row.rejected(
                        "NUL and another domain behind", octets((MX + "\0.evil.example").getBytes(ISO_8859_1)), NAME),
                Row.rejected("NUL at the end", octets((MX + "\0").getBytes(ISO_8859_1)), NAME),
                Row.rejected("a blank at the end", ca.issue(MX + " "), NAME),
                Row.rejected("an empty name", ca.issue(""), NAME),
                Row.rejectedFor(
                        "xn--bcher-kva.example",
                        "a U-label in UTF-8",
                        octets("b\u00fccher.example".getBytes(UTF_8)),
                        NAME),
                Row.rejectedFor(
                        "kx.example.com", "the Kelvin sign for k", octets("\u212ax.example.com".getBytes(UTF_8)), NAME),
                Row.rejected("an octet beyond ASCII", octets("m\u00f8x.example.com".getBytes(ISO_8859_1)), NAME));
    }

    private Identity octets(byte[] dnsId) {
        return ca.issue(new Spec().dnsOctets(dnsId));
    }

    private List<Row> goodChains() {
        Identity plain = ca.issue(MX);
        Identity deep = ca.intermediate("Below").issue(MX);
        List<X509Certificate> shuffled = new ArrayList<>(deep.chain());
        Collections.swap(shuffled, 1, 2);
        X509Certificate oldCross = root.crossSignedBy(stranger, new Spec().signedWith("SHA1withECDSA"));
        return List.of(
                Row.accepted("signed by the root itself", root.issue(MX), MX),
                Row.accepted("the root in the chain", with(plain, root.certificate()), MX),
                Row.accepted("the chain out of order", new Identity(deep.key(), shuffled), MX),
                Row.accepted("a stranger's root in the chain", with(plain, stranger.certificate()), MX),
                Row.accepted("the root once more, signed with SHA-1 by a forgotten one", with(plain, oldCross), MX),
                Row.accepted(
                        "an RSA key of 2 048 bits", ca.issue(new Spec().dns(MX).rsa(2048)), MX),
                Row.accepted(
                        "permitted by name constraints",
                        root.intermediate("Constrained", new Spec().permitting("example.com"))
                                .issue(MX),
                        MX),
                Row.accepted(
                        "as deep as the path length permits",
                        root.intermediate("Bounded", new Spec().authority(1))
                                .intermediate("Last")
                                .issue(MX),
                        MX));
    }

    private static Identity with(Identity identity, X509Certificate more) {
        List<X509Certificate> chain = new ArrayList<>(identity.chain());
        chain.add(more);
        return new Identity(identity.key(), chain);
    }

    private List<Row> badChains() {
        Identity plain = ca.issue(MX);
        TestCa constrained = root.intermediate("Constrained", new Spec().permitting("example.org"));
        TestCa bounded = root.intermediate("Bounded", new Spec().authority(0));
        return List.of(
                Row.rejected("expired", ca.issue(new Spec().dns(MX).expired()), "EXPIRED expired"),
                Row.rejected("not yet valid", ca.issue(new Spec().dns(MX).notYetValid()), "UNTRUSTED not-yet-valid"),
                Row.rejected(
                        "an unknown authority", stranger.intermediate("Strange").issue(MX), "UNTRUSTED unknown-ca"),
                Row.rejected(
                        "an unknown authority that is presented too",
                        with(stranger.issue(MX), stranger.certificate()),
                        "UNTRUSTED unknown-ca"),
                Row.rejected("self-signed", TestCa.selfSigned(new Spec().dns(MX)), "UNTRUSTED self-signed"),
                Row.rejected(
                        "the intermediate missing",
                        plain.presenting(plain.certificate()),
                        "UNTRUSTED incomplete-chain"),
                Row.rejected("signed by an impostor", ca.impostor().issue(MX), "UNTRUSTED bad-signature"),
                Row.rejected(
                        "signed by an impostor of the root", root.impostor().issue(MX), "UNTRUSTED bad-signature"),
                Row.rejected("name constraints", constrained.issue(MX), "UNTRUSTED name-constraints"),
                Row.rejected(
                        "name constraints, and a common name only",
                        constrained.issue(new Spec().commonName(MX)),
                        "UNTRUSTED name-constraints",
                        NAME),
                Row.rejected("path length", bounded.intermediate("One more").issue(MX), "UNTRUSTED path-too-long"),
                Row.rejected(
                        "an unknown critical extension",
                        ca.issue(new Spec().dns(MX).unknownCriticalExtension()),
                        "UNTRUSTED unknown-critical-extension"),
                Row.rejected("for clients only", ca.issue(new Spec().dns(MX).clientOnly()), "UNTRUSTED eku"),
                Row.rejected("not for signatures", ca.issue(new Spec().dns(MX).wrongKeyUsage()), "UNTRUSTED key-usage"),
                Row.rejected(
                        "an authority as a leaf", ca.issue(new Spec().dns(MX).authority(-1)), "UNTRUSTED ca-as-leaf"),
                Row.rejected("a leaf as an authority", leafAsAuthority(), "UNTRUSTED key-usage"),
                Row.rejected(
                        "an authority that may not sign certificates",
                        root.intermediate("Mute", new Spec().wrongKeyUsage()).issue(MX),
                        "UNTRUSTED key-usage"),
                Row.rejected(
                        "an expired intermediate",
                        root.intermediate("Past", new Spec().expired()).issue(MX),
                        "UNTRUSTED issuer-expired"),
                Row.rejected(
                        "an intermediate that is not yet valid",
                        root.intermediate("Future", new Spec().notYetValid()).issue(MX),
                        "UNTRUSTED issuer-not-yet-valid"),
                Row.rejected(
                        "expired, for another name and untrusted",
                        stranger.intermediate("Strange")
                                .issue(new Spec().dns("other.example.com").expired()),
                        "EXPIRED expired",
                        "UNTRUSTED unknown-ca",
                        NAME),
                Row.rejected(
                        "expired and self-signed",
                        TestCa.selfSigned(new Spec().dns(MX).expired()),
                        "EXPIRED expired",
                        "UNTRUSTED self-signed"));
    }

    private Identity leafAsAuthority() {
        return TestCa.under(ca.issue("leaf.example.com")).issue(MX);
    }

    private List<Row> weak() {
        String weakKey = "WEAK weak-key";
        String weakSignature = "WEAK weak-signature";
        return List.of(
                Row.rejected("MD5", rsaCa.issue(new Spec().dns(MX).signedWith("MD5withRSA")), weakSignature),
                Row.rejected("SHA-1", rsaCa.issue(new Spec().dns(MX).signedWith("SHA1withRSA")), weakSignature),
                Row.rejected(
                        "SHA-1 and ECDSA", ca.issue(new Spec().dns(MX).signedWith("SHA1withECDSA")), weakSignature),
                Row.rejected(
                        "SHA-1 and RSASSA-PSS",
                        rsaCa.issue(new Spec().dns(MX).signedWith("SHA1withRSAandMGF1")),
                        weakSignature),
                Row.rejected(
                        "SHA-1 in the intermediate",
                        root.intermediate("Old", new Spec().signedWith("SHA1withECDSA"))
                                .issue(MX),
                        weakSignature),
                Row.rejected(
                        "an RSA key of 1 024 bits", ca.issue(new Spec().dns(MX).rsa(1024)), weakKey),
                Row.rejected(
                        "an intermediate's RSA key of 1 024 bits",
                        root.intermediate("Small", new Spec().rsa(1024)).issue(MX),
                        weakKey),
                Row.rejected(
                        "SHA-1 and self-signed",
                        TestCa.selfSigned(new Spec().dns(MX).signedWith("SHA1withECDSA")),
                        "UNTRUSTED self-signed",
                        weakSignature));
    }

    private List<Row> tooLarge() {
        TestCa deep = ca;
        for (int i = 0; i < 48; i++) {
            deep = deep.intermediate("Level " + i);
        }
        return List.of(
                Row.rejected("a chain of 50 certificates", deep.issue(MX), "TOO_LARGE chain-too-long"),
                Row.rejected("1 001 names", ca.issue(names(1001)), "TOO_LARGE too-many-names"),
                // JSSE reads handshake messages of 32 KiB at most, and says as much before we do.
                Row.rejected("10 000 names", ca.issue(names(10_000)), "TOO_LARGE chain-too-large"),
                Row.rejected(
                        "a chain of 1 MB", root.intermediate("Fat", fat()).issue(fat()), "TOO_LARGE chain-too-large"));
    }

    private static Spec fat() {
        return new Spec().dns(MX).email("x".repeat(500_000) + "@example.com");
    }

    private static String[] names(int count) {
        return Stream.concat(IntStream.range(1, count).mapToObj(i -> "h" + i + ".example.com"), Stream.of(MX))
                .toArray(String[]::new);
    }
}
