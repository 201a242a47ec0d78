// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyOverrides;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered for a next hop, and why. */
final class ResponderTest {

    private final Domains domains = new Domains()
            .publish("example.com", "enforce", "mx.example.com", "*.example.net")
            .publish("exact.example", "enforce", "mx.exact.example")
            .publish("relay.example", "enforce", "relay.example")
            .publish("other.example", "enforce", "mx.other.example");
    private final MtaSts sts = domains.sts().build();

    @AfterEach
    void close() {
        sts.close();
    }

    private Answer answer(String key) throws InterruptedException {
        return answer(key, UnaryOperator.identity());
    }

    private Answer answer(String key, UnaryOperator<PostfixServer.Builder> with) throws InterruptedException {
        return new Responder(with.apply(PostfixServer.builder(sts))).answer("postfix " + key);
    }

    private static String text(Answer answer) {
        return answer.toString().replaceFirst("^[0-9]+:", "").replaceFirst(",$", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"exact.example", "EXACT.Example", "exact.example.", "exact.example:587", "exact.example:smtp"})
    void aDomainIsADomainWhateverThePort(String key) throws Exception {
        assertThat(text(answer(key))).isEqualTo("OK secure match=mx.exact.example servername=hostname");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[relay.example]", "[relay.example]:587", "[relay.example]:submission", "[RELAY.example]:25"})
    void aHostInBracketsHasAPolicyOfItsOwnAndIsTheOnlyMx(String key) throws Exception {
        assertThat(text(answer(key))).isEqualTo("OK secure match=relay.example servername=hostname");
    }

    @Test
    void aSmartHostThatItsOwnPolicyDoesNotListGetsNoMail() throws Exception {
        assertThat(text(answer("[other.example]:25"))).startsWith("TEMP other.example is not listed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[192.0.2.1]",
                "[192.0.2.1]:25",
                "[IPv6:2001:db8::1]",
                "[2001:db8::1]:25",
                "192.0.2.1",
                "2001:db8::1",
                "localhost",
                "[localhost]:25",
                "/var/run/lmtp",
                "unix:private/lmtp",
                "exa mple.com",
                "-.example",
                "[",
                "[]",
                "[example.com",
                "[example.com]x",
                "x..example",
                "example.com:25:25",
                "ex\u00e4mple.com",
                "\u0000",
                "printer.local",
                "_dmarc.example.com",
                "*.example.com",
                "a@example.com"
            })
    void whatHasNoPolicyDomainIsNotFound(String key) throws Exception {
        Answer answer = answer(key);
        assertThat(answer.kind()).isEqualTo(AnswerKind.NO_DOMAIN);
        assertThat(text(answer)).isEqualTo("NOTFOUND ");
    }

    @Test
    void parentsThatPostfixAsksForAreNeverAnswered() throws Exception {
        assertThat(answer(".example.com").kind()).isEqualTo(AnswerKind.PARENT);
        assertThat(answer(".example.com:25").kind()).isEqualTo(AnswerKind.PARENT);
        assertThat(text(answer(".example.com"))).isEqualTo("NOTFOUND ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "postfix", "postfix ", " example.com"})
    void whatIsNoRequestIsRefused(String request) throws Exception {
        assertThat(new Responder(PostfixServer.builder(sts)).answer(request).kind())
                .isEqualTo(AnswerKind.REFUSED);
    }

    @Test
    void theNameOfTheMapDoesNotMatter() throws Exception {
        assertThat(new Responder(PostfixServer.builder(sts))
                        .answer("x exact.example")
                        .kind())
                .isEqualTo(AnswerKind.SECURE);
    }

    @Test
    void aWildcardBecomesTheNamesOfTheHostsThatItCovers() throws Exception {
        MxNames names = domain -> List.of(
                DomainName.of("mx1.example.net"),
                DomainName.of("evil.test"),
                DomainName.of("two.labels.example.net"),
                DomainName.of("mx.example.com"));
        assertThat(text(answer("example.com", b -> b.mxNames(names))))
                .isEqualTo("OK secure match=mx1.example.net:mx.example.com servername=hostname");
    }

    @Test
    void namesAreAskedForWhereThereIsAWildcardOnly() throws Exception {
        MxNames none = domain -> {
            throw new AssertionError("asked for " + domain);
        };
        assertThat(answer("exact.example", b -> b.mxNames(none)).kind()).isEqualTo(AnswerKind.SECURE);
        assertThat(answer("example.com", b -> b.mxNames(none).form(AnswerForm.STS_ATTRIBUTES))
                        .kind())
                .isEqualTo(AnswerKind.SECURE);
    }

    @Test
    void mailWaitsWhereNoMxIsListedOrNoneIsKnown() throws Exception {
        assertThat(answer("example.com", b -> b.mxNames(d -> List.of())).kind()).isEqualTo(AnswerKind.HELD);
        assertThat(answer("example.com", b -> b.mxNames(d -> List.of(DomainName.of("evil.test"))))
                        .kind())
                .isEqualTo(AnswerKind.HELD);
    }

    @ParameterizedTest
    @CsvSource({"PASSED, DANE", "UNUSABLE, SECURE", "NOT_APPLICABLE, SECURE", "ERROR, HELD", "FAILED, HELD"})
    void daneGoesBeforeThePolicy(DaneOutcome outcome, AnswerKind kind) throws Exception {
        Answer answer = answer("exact.example", b -> b.dane(hop -> outcome));
        assertThat(answer.kind()).isEqualTo(kind);
        assertThat(text(answer)).matches(kind == AnswerKind.DANE ? "OK dane-only" : "(OK secure|TEMP) .*");
    }

    @Test
    void daneIsAskedAboutTheVeryNextHop() throws Exception {
        assertThat(answer(
                                "[relay.example]:587",
                                b -> b.dane(hop -> {
                                    assertThat(hop.name()).hasToString("relay.example");
                                    assertThat(hop.smartHost()).isTrue();
                                    assertThat(hop.port()).hasValue(587);
                                    return DaneOutcome.PASSED;
                                }))
                        .kind())
                .isEqualTo(AnswerKind.DANE);
    }

    @ParameterizedTest
    @EnumSource(DaneOutcome.class)
    void oneHostWithUsableRecordsMakesItDane(DaneOutcome other) {
        assertThat(DaneCheck.overall(List.of(other, DaneOutcome.PASSED))).isEqualTo(DaneOutcome.PASSED);
        assertThat(DaneCheck.overall(List.of(other, DaneOutcome.NOT_APPLICABLE)))
                .isEqualTo(other);
        assertThat(DaneCheck.overall(List.of())).isEqualTo(DaneOutcome.NOT_APPLICABLE);
    }

    @Test
    void whatCannotBeFoundOutIsLeftToPostfixAndWhatWasNotAskedForWaits() throws Exception {
        assertThat(answer("dnsdown.example").kind()).isEqualTo(AnswerKind.UNUSABLE);
        assertThat(text(answer("dnsdown.example"))).isEqualTo("NOTFOUND ");
        sts.close();
        assertThat(answer("unknown.example").kind()).isEqualTo(AnswerKind.HELD);
    }

    @Test
    void anOverloadedResolverHoldsTheMail() throws Exception {
        domains.hold("slow.example");
        try (MtaSts narrow = domains.sts()
                .settings(ResolverSettings.defaults().withFlights(1, 1))
                .build()) {
            for (String domain : List.of("slow.example", "next.example")) {
                assertThat(narrow.resolveAsync(PolicyDomain.ofDomain(domain), Runnable::run))
                        .isNotDone();
            }
            assertThat(text(new Responder(PostfixServer.builder(narrow)).answer("postfix exact.example")))
                    .startsWith("TEMP MTA-STS of exact.example: no policy (OVERLOADED");
        }
    }

    @Test
    void aPolicyThatTheOperatorRequiresAndNobodyPublishesHoldsTheMail() throws Exception {
        PolicyOverride require = new PolicyOverride(
                DomainName.of("plain.example"),
                new PolicyOverride.Require(),
                Instant.now().plusSeconds(3600),
                "a partner");
        try (MtaSts strict =
                domains.sts().overrides(PolicyOverrides.of(List.of(require))).build()) {
            assertThat(text(new Responder(PostfixServer.builder(strict)).answer("postfix plain.example")))
                    .startsWith("TEMP MTA-STS of plain.example: ");
        }
    }

    @Test
    void nothingIsEnforcedWhileTheOperatorOnlyLooksOn() throws Exception {
        try (MtaSts watching = domains.sts().monitorOnly(() -> true).build()) {
            Answer answer = new Responder(PostfixServer.builder(watching)).answer("postfix exact.example");
            assertThat(answer.kind()).isEqualTo(AnswerKind.MONITORED);
            assertThat(text(answer)).isEqualTo("NOTFOUND ");
        }
    }

    @Test
    void internationalNamesAreConvertedByWhoCan() throws Exception {
        domains.publish("xn--bcher-kva.example", "enforce", "mx.xn--bcher-kva.example");
        assertThat(answer("b\u00fccher.example", b -> b.toAscii(name -> "xn--bcher-kva.example"))
                        .kind())
                .isEqualTo(AnswerKind.SECURE);
    }

    @Test
    void aDefectOfOurOwnHoldsTheMailAndTellsNoMore() throws Exception {
        Answer answer = answer(
                "exact.example",
                b -> b.dane(hop -> {
                    throw new IllegalStateException("a defect");
                }));
        assertThat(text(answer)).isEqualTo("TEMP internal error, see the log of the MTA-STS server");
    }
}
