// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Postfix reads, to the letter. */
final class TlsPolicyTest {

    private final Domains domains = new Domains()
            .publish("example.com", "enforce", "mail.example.com", "*.example.net", "mail.example.com")
            .publish("tested.example", "testing", "mx.tested.example")
            .publish("withdrawn.example", "none");

    private String answer(AnswerForm form, String key) throws InterruptedException {
        try (MtaSts sts = domains.sts().build()) {
            return payload(new Responder(PostfixServer.builder(sts).form(form)).answer("postfix " + key));
        }
    }

    private static String payload(Answer answer) {
        String netstring = answer.toString();
        return netstring.substring(netstring.indexOf(':') + 1, netstring.length() - 1);
    }

    @Test
    void thePlainForm() throws Exception {
        assertThat(answer(AnswerForm.PLAIN, "example.com"))
                .isEqualTo("OK secure match=mail.example.com:.example.net servername=hostname");
    }

    @Test
    void theFormWithAttributes() throws Exception {
        assertThat(answer(AnswerForm.STS_ATTRIBUTES, "example.com"))
                .isEqualTo("OK secure match=mail.example.com:.example.net servername=hostname policy_type=sts"
                        + " policy_domain=example.com { policy_string = version: STSv1 } { policy_string = mode: enforce }"
                        + " { policy_string = mx: mail.example.com } { policy_string = mx: *.example.net }"
                        + " { policy_string = mx: mail.example.com } { policy_string = max_age: 604800 }"
                        + " mx_host_pattern=mail.example.com mx_host_pattern=*.example.net");
    }

    @Test
    void whatIsNotEnforcedIsLeftToPostfixInBothForms() throws Exception {
        for (AnswerForm form : AnswerForm.values()) {
            assertThat(answer(form, "tested.example")).isEqualTo("NOTFOUND ");
            assertThat(answer(form, "withdrawn.example")).isEqualTo("NOTFOUND ");
            assertThat(answer(form, "without.example")).isEqualTo("NOTFOUND ");
        }
    }

    @Test
    void theTextOfAPolicyCannotAddAttributes() throws Exception {
        domains.publishText("evil.example", """
                version: STSv1
                mode: enforce
                mx: mx.evil.example
                note: x } ciphers=null { a = b
                say: {
                comma: a, protocols=SSLv3
                max_age: 86400
                """);
        assertThat(answer(AnswerForm.STS_ATTRIBUTES, "evil.example"))
                .isEqualTo("OK secure match=mx.evil.example servername=hostname policy_type=sts"
                        + " policy_domain=evil.example { policy_string = version: STSv1 } { policy_string = mode: enforce }"
                        + " { policy_string = mx: mx.evil.example }"
                        + " { policy_string = comma: a, protocols=SSLv3 } { policy_string = max_age: 86400 }"
                        + " mx_host_pattern=mx.evil.example");
    }

    @Test
    void keywordsOfPostfixAreNoHosts() throws Exception {
        domains.publish("sly.example", "enforce", "hostname", "nexthop", "mx.sly.example", "dot-nexthop");
        assertThat(answer(AnswerForm.PLAIN, "sly.example"))
                .isEqualTo("OK secure match=mx.sly.example servername=hostname");
    }

    @Test
    void mailWaitsWhereNoHostCanMatch() throws Exception {
        domains.publish("sly.example", "enforce", "hostname", "192.0.2.1");
        for (AnswerForm form : AnswerForm.values()) {
            assertThat(answer(form, "sly.example")).startsWith("TEMP ");
        }
    }

    @Test
    void aLongPolicyLosesTheTextOfItsMxLinesFirst() throws Exception {
        String[] mx = IntStream.range(0, 256)
                .mapToObj(i -> "mx" + i + "." + "long-label-to-fill-the-space.".repeat(5) + "example")
                .toArray(String[]::new);
        domains.publish("long.example", "enforce", mx);
        String answer = answer(AnswerForm.STS_ATTRIBUTES, "long.example");
        assertThat(answer)
                .hasSizeLessThanOrEqualTo(Answer.MAX_OCTETS)
                .contains("{ policy_string = mode: enforce }", "mx_host_pattern=" + mx[255])
                .doesNotContain("policy_string = mx:");
    }

    @Test
    void theLongestPolicyThereCanBeIsAnsweredWithoutAttributes() throws Exception {
        String[] mx = IntStream.range(0, 256)
                .mapToObj(i -> "mx" + (1000 + i) + "." + "label-to-fill-the-space.".repeat(9) + "longest.example")
                .toArray(String[]::new);
        domains.publish("longest.example", "enforce", mx);
        String answer = answer(AnswerForm.STS_ATTRIBUTES, "longest.example");
        assertThat(answer)
                .hasSizeLessThanOrEqualTo(Answer.MAX_OCTETS)
                .startsWith("OK secure match=" + mx[0] + ":")
                .endsWith(mx[255] + " servername=hostname");
        assertThat(List.of(mx)).allSatisfy(host -> assertThat(answer).contains(host));
    }
}
