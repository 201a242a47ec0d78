// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains that do nothing wrong: nothing may be found, and the exit code is 0. */
final class CheckCleanTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static Lab lab;

    @BeforeAll
    static void start() {
        lab = new Lab(directory);
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @Test
    void oneMxUnderEnforce() throws IOException {
        lab.sound("one.example");
        assertClean("one.example", "enforce");
    }

    @Test
    void severalMxs() throws IOException {
        lab.sound("several.example", "mx1.several.example", "mx2.several.example", "backup.other.example");
        assertThat(assertClean("several.example", "enforce").get("mx")).hasSize(3);
    }

    @Test
    void aWildcard() throws IOException {
        lab.sound("wildcard.example", "a.mx.wildcard.example", "b.mx.wildcard.example")
                .enforces("*.mx.wildcard.example");
        assertClean("wildcard.example", "enforce");
    }

    @Test
    void testing() throws IOException {
        lab.sound("testing.example").tests("mx.testing.example");
        assertThat(ids(assertClean("testing.example", "testing"))).containsExactly("MODE_TESTING");
    }

    @Test
    void aRecordAndAPolicyHostWithAHoster() throws IOException {
        lab.sound("hosted.example");
        lab.world
                .dns()
                .remove("_mta-sts.hosted.example")
                .cname("_mta-sts.hosted.example", "_mta-sts.hoster.example")
                .txt("_mta-sts.hoster.example", "v=STSv1; id=1;")
                .remove("mta-sts.hosted.example")
                .cname("mta-sts.hosted.example", "sts.hoster.example")
                .host("sts.hoster.example", "127.0.0.1");
        assertClean("hosted.example", "enforce");
    }

    @Test
    void lineFeedsExtensionsAndOtherTxtRecords() throws IOException {
        lab.sound("loose.example")
                .publishes(
                        "abc", "version: STSv1\nmode: enforce\nmx: MX.loose.example\nmax_age: 604800\nx-note: hello");
        lab.world.dns().txt("_mta-sts.loose.example", "google-site-verification=1");
        assertThat(ids(assertClean("loose.example", "enforce"))).containsExactly("POLICY_FIELD_UNKNOWN");
    }

    @Test
    void theDomainAsItsOwnMx() throws IOException {
        lab.mx("implicit.example");
        lab.world.domain("implicit.example").enforces("implicit.example");
        lab.reports("implicit.example", "v=TLSRPTv1; rua=https://reports.example/tls");
        assertThat(ids(assertClean("implicit.example", "enforce"))).containsExactly("MX_IMPLICIT");
    }

    @Test
    void aDomainThatDoesNotUseMtaSts() throws IOException {
        lab.mx("mx.plain.example");
        lab.world.domain("plain.example").mx("mx.plain.example");
        JsonNode result = check("plain.example");
        assertThat(ids(result)).containsExactly("NO_MTA_STS");
        assertThat(result.get("exit").asInt()).isZero();
        assertThat(result.get("state").asText()).isEqualTo("absent");
    }

    @Test
    void aPolicyOfALongLife() throws IOException {
        lab.sound("year.example")
                .publishes("1", RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(365), "mx.year.example"));
        assertClean("year.example", "enforce");
    }

    @Test
    void aDomainThatTakesNoMail() throws IOException {
        lab.world.dns().nullMx("null.example");
        assertThat(ids(check("null.example"))).containsExactly("NO_MTA_STS", "MX_NULL");
    }

    @Test
    void aReportAddressThatNobodySendsToIsMentioned() throws IOException {
        lab.sound("rua.example");
        lab.reports("rua.example", "v=TLSRPTv1; rua=mailto:tls@rua.example,ftp://rua.example/");
        assertThat(ids(assertClean("rua.example", "enforce"))).containsExactly("TLSRPT_RUA_IGNORED");
    }

    @Test
    void saysSoToPeople() {
        lab.sound("people.example");
        Run run = lab.run("check", "people.example");
        assertThat(run.lines())
                .first()
                .isEqualTo("people.example: protected, mode enforce, mail goes to 1 of 1 MX host");
        assertThat(run.out())
                .contains("\"v=STSv1; id=1;\"")
                .contains("HTTP 200, text/plain")
                .contains("mode enforce, kept for 7 days, mx mx.people.example")
                .contains("listed, STARTTLS TLSv1.3, certificate for mx.people.example")
                .contains("-> mail is delivered")
                .contains("to mailto:tls@people.example")
                .contains("nothing is wrong")
                .doesNotContain("\u001b");
        assertThat(run.err()).isEmpty();
    }

    private static JsonNode assertClean(String domain, String mode) throws IOException {
        JsonNode result = check(domain);
        for (JsonNode finding : result.get("findings")) {
            assertThat(finding.get("severity").asText()).as(result.toString()).isEqualTo("info");
        }
        assertThat(result.get("exit").asInt()).isZero();
        assertThat(result.get("mode").asText()).isEqualTo(mode);
        for (JsonNode mx : result.get("mx")) {
            assertThat(mx.get("decision").asText()).isEqualTo("deliver");
            assertThat(mx.get("underEnforce").asText()).isEqualTo("deliver");
        }
        return result;
    }

    private static JsonNode check(String domain) throws IOException {
        Run run = lab.run("check", "--json", domain);
        assertThat(run.code()).as(run.out()).isZero();
        return JSON.readTree(run.out());
    }

    private static List<String> ids(JsonNode result) {
        List<String> ids = new ArrayList<>();
        result.get("findings").forEach(finding -> ids.add(finding.get("id").asText()));
        return ids;
    }
}
