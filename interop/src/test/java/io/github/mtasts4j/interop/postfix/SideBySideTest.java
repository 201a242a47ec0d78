// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our answers beside those of Debian's {@code postfix-mta-sts-resolver} in one world: the same where it is right, ours where
 * RFC 8461 says otherwise.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SideBySideTest {

    private static final String TEXT = "Content-Type: text/plain";
    private static final String HOST = "OK secure match=mx.$ servername=hostname";
    private static final String NOTFOUND = "NOTFOUND ";

    private final List<AutoCloseable> open = new ArrayList<>();
    private StsWorld world;
    private Socketmap ours;
    private Socketmap theirs;

    SideBySideTest() {}

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    @BeforeAll
    void start() throws Exception {
        LittleInternet internet = closedLater(LittleInternet.start());
        world = internet.world();
        PolicyServer server = closedLater(PolicyServer.start(internet));
        MtaStsDaemon daemon = closedLater(MtaStsDaemon.start(internet));
        ours = closedLater(new Socketmap(server.address()));
        theirs = closedLater(new Socketmap(daemon.address()));
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @FunctionalInterface
    interface Setting {
        void in(StsWorld world, RecipientDomain domain, String name);
    }

    /**
     * A domain, and what is said of it; a {@code $} in an answer is its name.
     *
     * @param name of the row, and the first label of the domain
     * @param setting what the domain publishes
     * @param ours what we answer; nothing where both say the same
     * @param theirs what they do
     */
    private record Row(String name, Setting setting, String ours, String theirs) {

        String domain(StsWorld world) {
            String domain = name.replace(' ', '-') + ".example";
            setting.in(world, world.domain(domain), domain);
            return domain;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Row same(String name, Setting setting) {
        return new Row(name, setting, "", "");
    }

    private static String policy(String... lines) {
        return "version: STSv1\n" + String.join("\n", lines) + "\nmax_age: 604800\n";
    }

    static List<Row> alike() {
        return List.of(
                same("enforce", (w, d, n) -> d.enforces("mx." + n)),
                same("several hosts", (w, d, n) -> d.enforces("mx1." + n, "mx2." + n, "mx." + n)),
                same("testing", (w, d, n) -> d.tests("mx." + n)),
                same("mode none", (w, d, n) -> d.publishes("1", policy("mode: none"))),
                same("no record", (w, d, n) -> d.txtRemoved()),
                same("two records", (w, d, n) -> {
                    d.enforces("mx." + n);
                    w.dns().txt("_mta-sts." + n, "v=STSv1; id=2;");
                }),
                same(
                        "unknown version",
                        (w, d, n) ->
                                d.publishes("1", "version: STSv2\nmode: enforce\nmx: mx." + n + "\nmax_age: 604800\n")),
                same("no mx", (w, d, n) -> d.publishes("1", policy("mode: enforce"))),
                same("no max age", (w, d, n) -> d.publishes("1", "version: STSv1\nmode: enforce\nmx: mx." + n + "\n")),
                same("not found", (w, d, n) -> replies(w, d, n, Reply.http(404, "", TEXT))),
                same(
                        "redirect",
                        (w, d, n) ->
                                replies(w, d, n, Reply.http(301, "", "Location: https://mta-sts.enforce.example/"))),
                same(
                        "html",
                        (w, d, n) ->
                                replies(w, d, n, Reply.http(200, policy("mode: none"), "Content-Type: text/html"))),
                same("https down", (w, d, n) -> d.enforces("mx." + n).httpsBlocked()),
                same(
                        "expired certificate",
                        (w, d, n) -> presents(
                                w,
                                d,
                                n,
                                w.ca().issue(new TestCa.Spec()
                                        .dns("mta-sts." + n)
                                        .expired()))),
                same("anothers certificate", (w, d, n) -> presents(w, d, n, w.ca().issue(n))),
                same(
                        "untrusted certificate",
                        (w, d, n) -> presents(w, d, n, w.untrustedCa().issue("mta-sts." + n))));
    }

    private static void replies(StsWorld world, RecipientDomain domain, String name, Reply reply) {
        domain.enforces("mx." + name);
        world.policyHost().respond(name, reply);
    }

    private static void presents(StsWorld world, RecipientDomain domain, String name, Identity identity) {
        domain.enforces("mx." + name);
        world.policyHost().present(name, identity);
    }

    static List<Row> unlike() {
        return List.of(
                // §4.1: one label; a suffix lets Postfix take any number.
                new Row("wildcard", (w, d, n) -> d.mx("mx." + n).enforces("*." + n), HOST, HOST.replace("mx.", ".")),
                // A keyword that makes Postfix take any host for the right one.
                new Row(
                        "keyword",
                        (w, d, n) -> d.enforces("hostname"),
                        "TEMP the policy of $ lists no host that there can be",
                        "OK secure match=hostname servername=hostname"),
                // §3.2: no domain, so no policy; passed on it is an attribute of Postfix's.
                new Row(
                        "injection",
                        (w, d, n) -> d.enforces("mx." + n + " ciphers=null"),
                        NOTFOUND,
                        "OK secure match=mx.$ ciphers=null servername=hostname"),
                // An address is no name, and with one Postfix wants the certificate to be for both.
                new Row(
                        "address",
                        (w, d, n) -> d.enforces("192.0.2.1", "mx." + n),
                        HOST,
                        "OK secure match=192.0.2.1:mx.$ servername=hostname"),
                // §3.2: a maximum; a longer time is cut to it and does not void the policy (decision D7).
                new Row(
                        "long max age",
                        (w, d, n) -> d.publishes(
                                "1", "version: STSv1\nmode: enforce\nmx: mx." + n + "\nmax_age: 99999999\n"),
                        HOST,
                        NOTFOUND),
                // §3.2: of a field that is there twice the first counts.
                new Row(
                        "second mode",
                        (w, d, n) -> d.publishes("1", policy("mode: enforce", "mode: none", "mx: mx." + n)),
                        HOST,
                        NOTFOUND),
                // §3.1: records of other versions do not count.
                new Row(
                        "record of another version",
                        (w, d, n) -> {
                            d.enforces("mx." + n);
                            w.dns().txt("_mta-sts." + n, "v=STSv10; id=1;");
                        },
                        HOST,
                        NOTFOUND),
                // §3.1: an id is of letters and digits, and a record with another is none.
                new Row(
                        "impossible id",
                        (w, d, n) -> d.enforces("mx." + n).txt("v=STSv1; id=2026-01-01;"),
                        NOTFOUND,
                        HOST),
                // §3.2: no line of a policy is empty.
                new Row(
                        "empty line",
                        (w, d, n) -> d.publishes("1", policy("", "mode: enforce", "mx: mx." + n)),
                        NOTFOUND,
                        HOST));
    }

    /** The order of the names in {@code match=} means nothing. */
    private static String inOrder(String answer) {
        String[] words = answer.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            if (words[i].startsWith("match=")) {
                words[i] = "match="
                        + String.join(
                                ":",
                                new TreeSet<>(
                                        Arrays.asList(words[i].substring(6).split(":", -1))));
            }
        }
        return String.join(" ", words);
    }

    @ParameterizedTest
    @MethodSource("alike")
    void bothSayTheSame(Row row) throws Exception {
        String domain = row.domain(world);
        for (String key : List.of(domain, domain.toUpperCase(Locale.ROOT), "." + domain, domain + ":587")) {
            assertThat(inOrder(ours.ask(key))).isEqualTo(inOrder(theirs.ask(key)));
        }
    }

    @ParameterizedTest
    @MethodSource("unlike")
    void oursIsWhatTheRfcSays(Row row) throws Exception {
        String domain = row.domain(world);
        assertThat(ours.ask(domain)).isEqualTo(row.ours.replace("$", domain));
        assertThat(inOrder(theirs.ask(domain))).isEqualTo(row.theirs.replace("$", domain));
    }

    /** §3.4, §4.1: the relay has a policy of its own, and that does not list it. */
    @Test
    void aRelayThatItsPolicyDoesNotListHasNoMailByOurs() throws Exception {
        world.domain("relay.example").enforces("mx.relay.example");
        assertThat(ours.ask("[relay.example]:587")).startsWith("TEMP relay.example is not listed");
        assertThat(theirs.ask("[relay.example]:587")).isEqualTo(HOST.replace("$", "relay.example"));
        assertThat(ours.ask("[192.0.2.1]:25")).isEqualTo(NOTFOUND).isEqualTo(theirs.ask("[192.0.2.1]:25"));
    }
}
