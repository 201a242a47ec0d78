// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code match}, {@code lint} and {@code report show}: nobody is asked. */
final class OfflineCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPORT = "{\"organization-name\":\"Company-X\",\"date-range\":{\"start-datetime\":"
            + "\"2016-04-01T00:00:00Z\",\"end-datetime\":\"2016-04-01T23:59:59Z\"},\"contact-info\":"
            + "\"sts-reporting@company-x.example\",\"report-id\":\"5065427c-23d3\",\"policies\":[{\"policy\":"
            + "{\"policy-type\":\"sts\",\"policy-string\":[\"version: STSv1\"],\"policy-domain\":\"company-y.example\"},"
            + "\"summary\":{\"total-successful-session-count\":5326,\"total-failure-session-count\":303},"
            + "\"failure-details\":[{\"result-type\":\"certificate-expired\",\"receiving-mx-hostname\":"
            + "\"mx1.mail.company-y.example\",\"failed-session-count\":303}]}]}";

    @Test
    void matchSaysWhyAndWhyNot() {
        Run yes = Run.of("match", "*.example.com", "mx.example.com", "mx.example.com");
        assertThat(yes.code()).isEqualTo(ExitCode.OK);
        assertThat(yes.lines())
                .containsExactly(
                        "yes  *.example.com  mx.example.com: the asterisk stands for \"mx\"",
                        "yes  mx.example.com  mx.example.com: it is the very name");
        Run no = Run.of("match", "*.example.com", "*.com", "a.mx.example.com");
        assertThat(no.code()).isEqualTo(ExitCode.FOUND);
        assertThat(no.out()).contains("there are more before example.com");
        assertThat(Run.of("match", "*.example.com", "example.com").out()).contains("there is none before example.com");
        assertThat(Run.of("match", "mx.*.com", "mx.a.com").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Run.of("match", "*.faß.de", "MX.xn--fa-hia.de.").code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void matchSpeaksJson() throws IOException {
        JsonNode json = JSON.readTree(
                Run.of("match", "--json", "192.0.2.1", "a.example", "b.example").out());
        assertThat(json.get("matches").asBoolean()).isFalse();
        assertThat(json.get("patterns")).hasSize(2);
    }

    @Test
    void lintTakesAGoodPolicy() {
        Run run = lint("version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 1209600\n");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).isEqualTo("standard input: good, read as a policy\n");
    }

    @Test
    void lintSaysWhereAPolicyIsBroken() {
        Run run = lint("version: STSv1\r\nmode:  Enforce\r\nmx: mx.example.com\r\nmax_age: 60\r\n");
        assertThat(run.code()).isEqualTo(ExitCode.FOUND);
        assertThat(run.out())
                .contains("error   POLICY_MODE standard input: mode is \"Enforce\", line 2, column 8 (RFC 8461 §3.2)")
                .contains("MAX_AGE_BELOW_DAY");
    }

    @Test
    void lintKnowsRecordsByTheirBeginning(@TempDir Path directory) throws IOException {
        assertThat(lint("v=STSv1; id=20260101;\n").out())
                .isEqualTo("standard input: good, read as an MTA-STS record\n");
        assertThat(lint("\"v=STSv1; id=20\" \"260101;\"").code()).isEqualTo(ExitCode.OK);
        assertThat(lint("v=STSv1; id=2026-01-01").out()).contains("TXT_ID_INVALID");
        assertThat(lint("v=TLSRPTv1; rua=mailto:a@example.com").out()).contains("good, read as a TLSRPT record");
        assertThat(lint("v=TLSRPTv1; rua=ftp://example.com").out()).contains("TLSRPT_RUA_UNUSABLE");
        Path file = Files.writeString(directory.resolve("record"), "STSv1; id=1");
        assertThat(Run.of("lint", "--record", file.toString()).out())
                .contains("TXT_NOT_STS")
                .contains(file.toString());
        assertThat(Run.of("lint", file.toString()).out())
                .contains("read as a policy")
                .contains("POLICY_SYNTAX");
        assertThat(Run.of("lint", "--record", "--policy", file.toString()).code())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void lintSpeaksJsonAndCanBeStrict() throws IOException {
        String testing = "version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 604800\nmode: none\n";
        Run run = new Run.In().stdin(testing).run("lint", "--json", "-");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        JsonNode json = JSON.readTree(run.out());
        assertThat(json.get("usable").asBoolean()).isTrue();
        assertThat(json.at("/findings/0/id").asText()).isEqualTo("POLICY_DUPLICATE_FIELD");
        assertThat(json.at("/findings/0/line").asInt()).isEqualTo(5);
        assertThat(new Run.In().stdin(testing).run("lint", "--strict", "-").code())
                .isEqualTo(ExitCode.FOUND);
    }

    @Test
    void lintNeverPrintsControlsOfTheFile() {
        Run run = lint("version: STSv1\nmode: \u001b[31mred\nmax_age: 1\n");
        assertThat(run.out()).doesNotContain("\u001b");
    }

    private static Run lint(String text) {
        return new Run.In().stdin(text).run("lint", "-");
    }

    @Test
    void aReportIsShownPlainCompressedAndInItsMail() throws IOException {
        byte[] plain = REPORT.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        }
        String mail = "Subject: Report Domain: company-y.example\r\nContent-Type: multipart/report;\r\n"
                + " boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report\r\n--b\r\n"
                + "Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(compressed.toByteArray()) + "\r\n--b--\r\n";
        for (byte[] form : new byte[][] {plain, compressed.toByteArray(), mail.getBytes(StandardCharsets.US_ASCII)}) {
            Run run = new Run.In().stdin(form).run("report", "show", "-");
            assertThat(run.code()).isEqualTo(ExitCode.OK);
            assertThat(run.out())
                    .startsWith("TLS report by Company-X")
                    .contains("303 certificate-expired at mx1.mail.company-y.example");
        }
        JsonNode json = JSON.readTree(
                new Run.In().stdin(plain).run("report", "show", "--json", "-").out());
        assertThat(json.at("/policies/0/failed").asLong()).isEqualTo(303);
        assertThat(json.at("/policies/0/failures/0/type").asText()).isEqualTo("certificate-expired");
    }

    @Test
    void whatIsNoReportIsSaidSo() throws IOException {
        Run run = new Run.In().stdin("Dear Sir or Madam").run("report", "show", "-");
        assertThat(run.code()).isEqualTo(ExitCode.FOUND);
        assertThat(run.out()).startsWith("not a TLS report (json)");
        Run json = new Run.In().stdin("").run("report", "show", "--json", "-");
        assertThat(JSON.readTree(json.out()).get("readable").asBoolean()).isFalse();
    }
}
