// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static io.github.mtasts4j.cli.finding.FindingKind.*;

import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What operators get wrong, each planted in a domain that is sound otherwise, and all that is to be found. */
@SuppressWarnings("ImmutableEnumChecker") // Functions that keep nothing.
enum Fault {
    RECORD_REMOVED(w -> w.domain.txtRemoved(), TXT_MISSING),
    RECORD_TWICE(w -> w.world().dns().txt("_mta-sts." + w.name, "v=STSv1; id=2;"), TXT_MULTIPLE),
    ID_WITH_HYPHENS(w -> w.domain.txt("v=STSv1; id=2026-01-01;"), TXT_ID_INVALID),
    NO_ID(w -> w.domain.txt("v=STSv1;"), TXT_ID_INVALID),
    FIELD_WITHOUT_VALUE(w -> w.domain.txt("v=STSv1; id=1; nonsense"), TXT_INVALID),
    VERSION_MISSPELLED(w -> w.domain.txt("v=STSV1; id=1;"), TXT_NOT_STS),
    EMPTY_FIELD(w -> w.domain.txt("v=STSv1; id=1;;"), TXT_SLOPPY),
    NO_UNDERSCORE(w -> w.strayRecord("mta-sts." + w.name), TXT_WRONG_NAME),
    TWO_UNDERSCORES(w -> w.strayRecord("_mta_sts." + w.name), TXT_WRONG_NAME),
    DOMAIN_TWICE(w -> w.strayRecord("_mta-sts." + w.name + "." + w.name), TXT_WRONG_NAME),
    DNS_BROKEN(w -> w.world().dns().fault("_mta-sts." + w.name, DnsFault.SERVFAIL), TXT_NO_ANSWER),

    NO_POLICY_HOST(w -> w.world().dns().remove("mta-sts." + w.name), POLICY_HOST_MISSING),
    POLICY_HOST_UNKNOWN(w -> w.world().dns().fault("mta-sts." + w.name, DnsFault.SERVFAIL), POLICY_HOST_NO_ANSWER),
    NOBODY_LISTENS(w -> w.policyHostAt("127.0.0.2"), POLICY_HOST_REFUSED),
    IN_A_PRIVATE_NETWORK(w -> w.policyHostAt("10.1.2.3"), POLICY_HOST_PRIVATE),
    IPV6_HOST_IS_AWAY(w -> w.policyHostAt("::1"), POLICY_HOST_IPV6_ONLY, POLICY_HOST_PRIVATE),
    HANGS_UP(w -> w.https(HttpsFault.CONNECTION_RESET), POLICY_HOST_TLS),
    OLD_TLS(w -> w.https(HttpsFault.TLS_1_1_ONLY), POLICY_HOST_TLS),
    PLAIN_HTTP(w -> w.https(HttpsFault.NOT_TLS), POLICY_HOST_TLS),
    HOST_CERT_WRONG_NAME(w -> w.https(HttpsFault.WRONG_NAME), POLICY_CERT_NAME),
    HOST_CERT_COMMON_NAME(w -> w.https(HttpsFault.CN_ONLY), POLICY_CERT_CN_ONLY),
    HOST_CERT_EXPIRED(w -> w.https(HttpsFault.EXPIRED), POLICY_CERT_EXPIRED),
    HOST_CERT_UNTRUSTED(w -> w.https(HttpsFault.UNTRUSTED), POLICY_CERT_UNTRUSTED),
    HOST_CERT_SELF_SIGNED(w -> w.https(HttpsFault.SELF_SIGNED), POLICY_CERT_UNTRUSTED),
    HOST_CERT_SOON(w -> w.hostCertificateEndsIn(Duration.ofDays(5)), POLICY_CERT_EXPIRES_SOON),
    HOST_CERT_WEAK(
            w -> w.hostPresents(w.world()
                    .ca()
                    .issue(new TestCa.Spec().dns("mta-sts." + w.name).rsa(1024))),
            POLICY_CERT_UNFIT),
    NOT_FOUND(w -> w.https(HttpsFault.NOT_FOUND), POLICY_NOT_FOUND),
    REDIRECTED(w -> w.https(HttpsFault.REDIRECT), POLICY_REDIRECT),
    SERVER_ERROR(w -> w.https(HttpsFault.SERVER_ERROR), POLICY_HTTP_STATUS),
    HTML_PAGE(w -> w.https(HttpsFault.HTML), POLICY_MEDIA_TYPE),
    NO_MEDIA_TYPE(w -> w.https(HttpsFault.NO_MEDIA_TYPE), POLICY_MEDIA_TYPE),
    COMPRESSED(
            w -> w.reply(Reply.http(200, "x", "Content-Type: text/plain", "Content-Encoding: gzip")),
            POLICY_COMPRESSED),
    LARGE(w -> w.https(HttpsFault.TOO_LARGE), POLICY_TOO_LARGE),
    CUT_OFF(w -> w.https(HttpsFault.TRUNCATED), POLICY_HTTP_BROKEN),

    HTML_AS_TEXT(w -> w.policy("<!DOCTYPE html><title>Parked</title>"), POLICY_HTML),
    BYTE_ORDER_MARK(w -> w.policy("\ufeff" + w.enforcing()), POLICY_BOM),
    BLANK_LINE(w -> w.policy(w.enforcing().replace("mode", "\r\nmode")), POLICY_SYNTAX),
    LONE_CARRIAGE_RETURNS(w -> w.policy(w.enforcing().replace("\n", "")), POLICY_SYNTAX),
    LATIN_1(
            w -> w.reply(Reply.http(200, w.enforcing() + "note: \u00fc\r\n", "Content-Type: text/plain")),
            POLICY_ENCODING),
    NO_VERSION(w -> w.policy(w.enforcing().replace("version: STSv1\r\n", "")), POLICY_VERSION),
    WRONG_VERSION(w -> w.policy(w.enforcing().replace("STSv1", "STSv2")), POLICY_VERSION),
    UPPER_CASE_MODE(w -> w.policy(w.enforcing().replace("enforce", "ENFORCE")), POLICY_MODE),
    NO_MODE(w -> w.policy(w.enforcing().replace("mode: enforce\r\n", "")), POLICY_MODE),
    NO_MAX_AGE(w -> w.policy(w.enforcing().replaceFirst("max_age: .*\r\n", "")), POLICY_MAX_AGE),
    MAX_AGE_IN_WORDS(w -> w.policy(w.enforcing().replaceFirst("max_age: .*\r\n", "max_age: 1w\r\n")), POLICY_MAX_AGE),
    NO_MX_LINE(w -> w.policy(w.enforcing().replaceFirst("mx: .*\r\n", "")), POLICY_MX_MISSING),
    MX_LINE_WITH_PORT(w -> w.policy(w.enforcing().replaceFirst("(mx: .*)\r\n", "$1:25\r\n")), POLICY_MX_INVALID),
    MX_LINE_WITH_A_SLIP(
            w -> w.policy(w.enforcing().replaceFirst("mx: ", "nmx: ")), POLICY_MX_MISSING, POLICY_FIELD_TYPO),
    MODE_TWICE(w -> w.policy(w.enforcing() + "mode: testing\r\n"), POLICY_DUPLICATE_FIELD),
    AN_HOUR(w -> w.enforce(Duration.ofHours(1), "mx." + w.name), MAX_AGE_BELOW_DAY),
    THREE_DAYS(w -> w.enforce(Duration.ofDays(3), "mx." + w.name), MAX_AGE_BELOW_WEEK),
    TWO_YEARS(w -> w.enforce(Duration.ofDays(730), "mx." + w.name), MAX_AGE_TOO_LARGE),
    LEFT_OVER(w -> w.policy(RecipientDomain.policy(Mode.NONE, Duration.ofDays(7), "mx." + w.name)), MODE_NONE),
    PATTERN_OF_OLD(w -> w.enforce(Duration.ofDays(7), "mx." + w.name, "mx.gone.example"), PATTERN_UNUSED),
    PATTERN_ADDRESS(w -> w.enforce(Duration.ofDays(7), "mx." + w.name, "192.0.2.1"), PATTERN_IS_ADDRESS),

    MX_OF_ANOTHER_NAME(w -> w.mxIs("new." + w.name), MX_NOT_LISTED, PATTERN_UNUSED, MAIL_HELD_BACK),
    MX_TWO_LABELS_DOWN(
            w -> w.mxIs("a.mx." + w.name).enforce(Duration.ofDays(7), "*." + w.name),
            MX_NOT_LISTED,
            WILDCARD_ONE_LABEL,
            PATTERN_UNUSED,
            MAIL_HELD_BACK),
    SECOND_MX_NOT_LISTED(w -> w.world().dns().mx(w.name, 20, w.lab.host("extra." + w.name)), MX_NOT_LISTED),
    NO_STARTTLS(w -> w.mx(MxFault.Always.NO_STARTTLS), MX_NO_STARTTLS, MAIL_HELD_BACK),
    STARTTLS_REFUSED(w -> w.mx(MxFault.refusesStartTls(454)), MX_STARTTLS_REFUSED, MAIL_HELD_BACK),
    STARTTLS_IN_PLAINTEXT(w -> w.mx(MxFault.InsteadOfTls.PLAINTEXT), MX_TLS_FAILED, MAIL_HELD_BACK),
    MX_OLD_TLS(w -> w.mx(MxFault.InsteadOfTls.TLS_1_1), MX_TLS_FAILED, MAIL_HELD_BACK),
    MX_CERT_FOR_ANOTHER(w -> w.mxPresents(w.world().ca().issue("other.example")), MX_CERT_NAME, MAIL_HELD_BACK),
    MX_CERT_COMMON_NAME(
            w -> w.mxPresents(w.world().ca().issue(new TestCa.Spec().commonName("mx." + w.name))),
            MX_CERT_CN_ONLY,
            MAIL_HELD_BACK),
    MX_CERT_OVER(
            w -> w.mxPresents(
                    w.world().ca().issue(new TestCa.Spec().dns("mx." + w.name).expired())),
            MX_CERT_EXPIRED,
            MAIL_HELD_BACK),
    MX_CERT_STRANGE(
            w -> w.mxPresents(w.world().untrustedCa().issue("mx." + w.name)), MX_CERT_UNTRUSTED, MAIL_HELD_BACK),
    MX_CERT_WEAK(
            w -> w.mxPresents(
                    w.world().ca().issue(new TestCa.Spec().dns("mx." + w.name).rsa(1024))),
            MX_CERT_UNFIT,
            MAIL_HELD_BACK),
    MX_WITH_UNDERSCORE(
            w -> w.mxIs("_mx." + w.name).enforce(Duration.ofDays(7), "*." + w.name), MX_NAME_NO_SNI, MAIL_HELD_BACK),
    MX_CERT_SOON(w -> w.mxCertificateEndsIn(Duration.ofDays(3)), MX_CERT_EXPIRES_SOON),
    MX_TURNS_US_AWAY(w -> w.mx(MxFault.refuses(MxFault.CONNECT, 554)), MX_NO_SMTP),
    MX_SAYS_NOTHING_USEFUL(w -> w.mx(new MxFault.Answers(MxFault.CONNECT, "220x hello")), MX_NO_SMTP),
    MX_DOWN(w -> w.mxAt("127.0.0.1"), MX_UNREACHABLE),
    MX_UNKNOWN(w -> w.mxUnknown(), MX_ADDRESS_NO_ANSWER),
    MX_WITHOUT_ADDRESS(w -> w.mxAt(), MX_NO_ADDRESS),
    MX_IN_A_PRIVATE_NETWORK(w -> w.mxAt("192.168.1.1"), MX_PRIVATE),
    MX_IPV6(w -> w.mxAt("::1"), MX_IPV6_ONLY, MX_PRIVATE),
    MX_IS_AN_ADDRESS(w -> w.world().dns().mx(w.name, 20, "192.0.2.1"), MX_TARGET_INVALID),
    MX_LOOKUP_FAILS(w -> w.world().dns().fault(w.name, DnsFault.SERVFAIL), MX_NO_ANSWER),
    DANE_BROKEN(w -> w.danePublished(3), DANE_FAILED, MAIL_HELD_BACK),
    DANE_OF_THE_WRONG_KIND(w -> w.danePublished(0), DANE_UNUSABLE),
    DANE_SILENT(w -> w.daneSilent(), DANE_NO_ANSWER, MAIL_HELD_BACK),

    NO_REPORTS(w -> w.world().dns().remove("_smtp._tls." + w.name), TLSRPT_MISSING),
    REPORTS_UNKNOWN(w -> w.world().dns().fault("_smtp._tls." + w.name, DnsFault.SERVFAIL), TLSRPT_NO_ANSWER),
    REPORTS_MISSPELLED(w -> w.reports("v=TLSRPTv1; rua=tls@" + w.name), TLSRPT_INVALID),
    REPORTS_OVER_HTTP(w -> w.reports("v=TLSRPTv1; rua=http://" + w.name + "/tls"), TLSRPT_RUA_UNUSABLE),

    TESTING_AND_NOT_READY(
            w -> {
                w.domain.tests("mx." + w.name);
                w.mx(MxFault.Always.NO_STARTTLS);
            },
            MX_NO_STARTTLS,
            ENFORCE_WOULD_BREAK);

    private final Planting planting;
    private final Set<String> findings = new TreeSet<>();

    Fault(Planting planting, FindingKind... findings) {
        this.planting = planting;
        for (FindingKind finding : findings) {
            this.findings.add(finding.name());
        }
    }

    /** The ids of all errors and warnings, and no others. */
    Set<String> findings() {
        return findings;
    }

    /** Plants it; the name of the domain that has it now. */
    String in(Lab lab) {
        Where where = new Where(lab, name().toLowerCase(Locale.ROOT).replace('_', '-') + ".example");
        planting.in(where);
        return where.name;
    }

    @FunctionalInterface
    interface Planting {
        void in(Where where);
    }

    /** A sound domain, and what can be done to it. */
    static final class Where {

        final Lab lab;
        final String name;
        final RecipientDomain domain;

        Where(Lab lab, String name) {
            this.lab = lab;
            this.name = name;
            this.domain = lab.sound(name);
        }

        StsWorld world() {
            return lab.world;
        }

        String enforcing() {
            return RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx." + name);
        }

        void strayRecord(String at) {
            domain.txtRemoved();
            world().dns().txt(at, "v=STSv1; id=1;");
        }

        void policyHostAt(String address) {
            world().dns().remove("mta-sts." + name).host("mta-sts." + name, address);
        }

        void https(HttpsFault fault) {
            fault.inflict(world().policyHost(), name, world().ca());
        }

        void reply(Reply reply) {
            world().policyHost().respond(name, reply);
        }

        void policy(String text) {
            domain.publishes("1", text);
        }

        Where enforce(Duration maxAge, String... patterns) {
            policy(RecipientDomain.policy(Mode.ENFORCE, maxAge, patterns));
            return this;
        }

        Where mxIs(String host) {
            domain.mx(lab.host(host));
            return this;
        }

        void mx(MxFault fault) {
            lab.mx("mx." + name).behave(fault);
        }

        void mxPresents(Identity identity) {
            lab.mx("mx." + name).present(identity);
        }

        void mxCertificateEndsIn(Duration time) {
            mxPresents(world().ca().issue(ending("mx." + name, time)));
        }

        void hostCertificateEndsIn(Duration time) {
            world().policyHost().present(name, world().ca().issue(ending("mta-sts." + name, time)));
        }

        private TestCa.Spec ending(String host, Duration time) {
            var now = world().clock().instant();
            return new TestCa.Spec().dns(host).validity(now.minus(Duration.ofDays(80)), now.plus(time));
        }

        /** Its address as the DNS has it, and no word of where it really listens. */
        void mxAt(String... addresses) {
            lab.forget("mx." + name);
            world().dns().remove("mx." + name).host("mx." + name, addresses);
        }

        void reports(String record) {
            lab.reports(name, record);
        }

        void mxUnknown() {
            lab.forget("mx." + name);
            world().dns().fault("mx." + name, DnsFault.SERVFAIL);
        }

        void hostPresents(Identity identity) {
            world().policyHost().present(name, identity);
        }

        void daneSilent() {
            danePublished(3);
            world().dns().fault("_25._tcp.mx." + name, DnsFault.SERVFAIL);
        }

        void danePublished(int usage) {
            String tlsa = "_25._tcp.mx." + name;
            world().dns().tlsa(tlsa, usage, 1, 1, new byte[32]);
            for (String signed : new String[] {tlsa, name, "mx." + name}) {
                world().dns().signed(DomainName.parseHost(signed).orElseThrow().toString());
            }
        }
    }
}
