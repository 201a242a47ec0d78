// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.smtp.MxFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command takes, what it ends with, and in which form it answers. */
final class CheckCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static Lab lab;

    @BeforeAll
    static void start() {
        lab = new Lab(directory);
        lab.sound("good.example");
        lab.sound("testing.example").tests("mx.testing.example");
        lab.sound("bad.example").txtRemoved();
        lab.sound("warned.example");
        lab.world.dns().remove("_smtp._tls.warned.example");
        lab.sound("mute.example");
        lab.world.dns().fault("_mta-sts.mute.example", DnsFault.SERVFAIL);
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @Test
    void theWorstDomainSaysHowItEnds() {
        assertThat(lab.run("check", "good.example").code()).isEqualTo(ExitCode.OK);
        assertThat(lab.run("check", "good.example", "mute.example").code()).isEqualTo(ExitCode.UNKNOWN);
        assertThat(lab.run("check", "mute.example", "bad.example", "good.example")
                        .code())
                .isEqualTo(ExitCode.FOUND);
        assertThat(lab.run("check", "warned.example").code()).isEqualTo(ExitCode.OK);
        assertThat(lab.run("check", "--strict", "warned.example").code()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void anotherModeThanExpectedEndsWithThree() {
        assertThat(lab.run("check", "--expect", "enforce", "good.example").code())
                .isEqualTo(ExitCode.OK);
        assertThat(lab.run("check", "--expect", "testing", "testing.example").code())
                .isEqualTo(ExitCode.OK);
        assertThat(lab.run("check", "--expect", "none", "unheard-of.example").out())
                .doesNotContain("MODE_UNEXPECTED");
        Run weaker = lab.run("check", "--expect", "enforce", "testing.example");
        assertThat(weaker.code()).isEqualTo(ExitCode.UNEXPECTED);
        assertThat(weaker.out())
                .contains("MODE_UNEXPECTED testing.example: the mode is testing, and enforce is expected");
        assertThat(lab.run("check", "--expect", "enforce", "bad.example").code())
                .isEqualTo(ExitCode.UNEXPECTED);
    }

    @Test
    void nobodyIsAlarmedBecauseTheDnsIsDown() {
        Run run = lab.run("check", "--expect", "enforce", "mute.example");
        assertThat(run.code()).isEqualTo(ExitCode.UNKNOWN);
        assertThat(run.out()).contains("TXT_NO_ANSWER");
    }

    @Test
    void theJsonHasTheFieldsOfThePage() throws IOException {
        JsonNode result =
                JSON.readTree(lab.run("check", "--json", "good.example").out());
        List<String> names = new ArrayList<>();
        result.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactly(
                        "domain",
                        "typed",
                        "at",
                        "exit",
                        "state",
                        "mode",
                        "failure",
                        "record",
                        "policyHost",
                        "policy",
                        "mx",
                        "reports",
                        "findings");
        assertThat(result.at("/record/id").asText()).isEqualTo("1");
        assertThat(result.at("/policyHost/status").asInt()).isEqualTo(200);
        assertThat(result.at("/policyHost/tls/daysLeft").asLong()).isPositive();
        assertThat(result.at("/policy/maxAge").asLong()).isEqualTo(604_800);
        assertThat(result.at("/mx/0/host").asText()).isEqualTo("mx.good.example");
        assertThat(result.at("/mx/0/tls/names/0").asText()).isEqualTo("mx.good.example");
        assertThat(result.at("/mx/0/decision").asText()).isEqualTo("deliver");
        assertThat(result.at("/at").asText()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void twoHundredNamesComeOutInTheOrderTheyWentIn() throws IOException {
        List<String> names = IntStream.range(0, 200)
                .mapToObj(i -> i % 20 == 0 ? "good.example" : "nothing" + i + ".example")
                .toList();
        Run run = lab.in()
                .stdin("# a comment\n\n" + String.join("\r\n", names))
                .run(lab.args("check", "--json", "--from", "-"));
        assertThat(run.lines()).hasSize(200);
        for (int i = 0; i < 200; i++) {
            assertThat(JSON.readTree(run.lines().get(i)).get("domain").asText()).isEqualTo(names.get(i));
        }
        assertThat(run.code()).isEqualTo(ExitCode.FOUND); // DOMAIN_NOT_FOUND
    }

    @Test
    void namesComeFromTheCommandLineAndAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("names"), "\ufefftesting.example\n");
        Run run = lab.run("check", "--brief", "good.example", "--from", file.toString());
        assertThat(run.lines())
                .hasSize(3)
                .first()
                .isEqualTo("good.example: protected, mode enforce, mail goes to 1 of 1 MX host");
        assertThat(run.lines().get(1)).startsWith("testing.example: testing only");
    }

    @Test
    void takesANameAsItIsTyped() {
        lab.sound("xn--fa-hia.example");
        Run run = lab.run("check", "faß.example");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.lines()).first().asString().startsWith("xn--fa-hia.example (typed faß.example): protected");
    }

    @Test
    void whatIsNoDomainIsSaidSoAndTheRestIsChecked() {
        Run run = lab.run("check", "--brief", "localhost", "a..b", "192.0.2.1", "good.example");
        assertThat(run.code()).isEqualTo(ExitCode.FOUND);
        assertThat(run.lines().stream().filter(line -> line.contains("NAME_INVALID")))
                .hasSize(3);
        assertThat(run.lines()).anyMatch(line -> line.startsWith("good.example: protected"));
    }

    @Test
    void coloursAndABarAreForTerminalsOnly() {
        Run seen = lab.in().terminal().run(lab.args("check", "good.example", "testing.example"));
        assertThat(seen.out()).contains("\u001b[32mprotected\u001b[0m");
        assertThat(seen.err()).contains("] 2 of 2").endsWith("\r\u001b[K");
        Run plain = lab.in().terminal().env("NO_COLOR", "1").run(lab.args("check", "good.example"));
        assertThat(plain.out()).doesNotContain("\u001b");
        assertThat(plain.err()).isEmpty();
        assertThat(lab.run("check", "--color", "always", "good.example").out()).contains("\u001b[");
        Run piped = lab.run("check", "good.example", "testing.example");
        assertThat(piped.out()).doesNotContain("\u001b");
        assertThat(piped.err()).isEmpty();
    }

    @Test
    void privateAddressesAreRefusedUnlessAllowed() {
        List<String> args = new ArrayList<>(List.of(lab.args("check", "good.example")));
        args.removeAll(List.of("--allow-address", "127.0.0.0/8"));
        Run run = lab.in().run(args.toArray(String[]::new));
        assertThat(run.out()).contains("POLICY_HOST_PRIVATE mta-sts.good.example");
        assertThat(run.out()).doesNotContain("MX_PRIVATE"); // Its address was named by --connect-to.
    }

    @Test
    void aPolicyThatChangedUnderTheSameIdIsNoticedWithAStore() {
        String store = "file:" + directory.resolve("store");
        lab.sound("changed.example");
        assertThat(lab.run("cache", "warm", "--store", store, "changed.example").out())
                .startsWith("1 with a policy");
        assertThat(lab.run("check", "--store", store, "changed.example").out()).doesNotContain("ID_NOT_CHANGED");
        lab.world
                .domain("changed.example")
                .publishes("1", RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(8), "mx.changed.example"));
        Run run = lab.run("check", "--store", store, "changed.example");
        assertThat(run.out()).contains("ID_NOT_CHANGED _mta-sts.changed.example");
        lab.world.domain("changed.example").idForgedAs("2");
        assertThat(lab.run("check", "--store", store, "changed.example").out()).doesNotContain("ID_NOT_CHANGED");
    }

    @Test
    void aPolicyHostThatHangsIsNotWaitedForLongerThanTheLimit() {
        lab.sound("hung.example").publishes("1", "");
        HttpsFault.HANDSHAKE_STALL.inflict(lab.world.policyHost(), "hung.example", lab.world.ca());
        Run run = lab.run("check", "--timeout", "4", "hung.example");
        assertThat(run.out()).contains("POLICY_HOST_TIMEOUT mta-sts.hung.example");
        assertThat(run.code()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void resolversOfDifferentTrustDoWithoutDane() {
        Run run = lab.run(
                "check",
                "--dns",
                "127.0.0.1:" + lab.world.dns().address().getPort(),
                "--dns",
                "192.0.2.53",
                "--timeout=1",
                "good.example");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void explainSaysWhyClauseByClause() throws IOException {
        Run good = lab.run("explain", "good.example", "mx.good.example");
        assertThat(good.code()).isEqualTo(ExitCode.OK);
        assertThat(good.out()).startsWith("DELIVER: the MX is listed and its certificate is verified (RFC 8461 §4)");
        Run other = lab.run("explain", "good.example", "mx.testing.example");
        assertThat(other.code()).isEqualTo(ExitCode.FOUND);
        assertThat(other.out())
                .contains("RFC 8461 §4.1: mx.testing.example is not listed")
                .contains("the DNS does not name this host as an MX");
        lab.sound("naked.example");
        lab.mx("mx.naked.example").behave(MxFault.Always.NO_STARTTLS);
        JsonNode json = JSON.readTree(lab.run("explain", "--json", "naked.example", "mx.naked.example")
                .out());
        assertThat(json.get("decision").asText()).isEqualTo("defer");
        assertThat(json.get("isMx").asBoolean()).isTrue();
        assertThat(json.at("/violations/0/kind").asText()).isEqualTo("STARTTLS_NOT_OFFERED");
    }

    @Test
    void aWrongCommandLineEndsWithTwoAndOneLine() {
        assertThat(Run.of("check").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Run.of("check").err()).isEqualTo("mta-sts: name a domain, or a file of domains with --from\n");
        assertRefused("no such port", "check", "a.example", "--smtp-port", "70000");
        assertRefused("not an address", "check", "a.example", "--dns", "resolver.example");
        assertRefused("HOST=ADDRESS", "check", "a.example", "--connect-to", "mx.a.example");
        assertRefused("a block such as", "check", "a.example", "--allow-address", "ten");
        assertRefused("cannot read certificates", "check", "a.example", "--trust", "/does/not/exist");
        assertRefused("cannot read /does/not/exist", "check", "--from", "/does/not/exist");
        assertRefused("no such kind of store", "check", "a.example", "--store", "ldap:x");
        assertRefused("there is no store in", "check", "a.example", "--store", "file:/does/not/exist");
        assertRefused("--jobs takes 1 to 200", "check", "a.example", "--jobs", "0");
        assertRefused("Invalid value for option '--expect'", "check", "a.example", "--expect", "strict");
        assertRefused("Unknown option", "check", "a.example", "--nonsense");
    }

    private static void assertRefused(String why, String... args) {
        Run run = Run.of(args);
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(why).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }
}
