// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The policy phase as a table: what the DNS, the Policy Host and the cache say in; which policy applies and what is
 * recorded for the report out (§3.3, §6). The session that follows is a good one, with the MX of every policy.
 */
final class PolicyPhaseTest {

    private static final PolicyDomain DOMAIN = PolicyDomain.ofDomain("example.com");
    private static final DomainName MX = DomainName.of("mx.example.com");

    private static final String TABLE = """
            # TXT      HTTPS     cache   | applied | discovery                            | session
            same       -         enforce | cached  |                                      | sts
            same       -         none    | none    |                                      | no-policy-found
            new        ok        empty   | new     |                                      | sts
            new        ok        enforce | new     |                                      | sts
            new        ok        none    | new     |                                      | sts
            new        ok        expired | new     |                                      | sts
            new        404       enforce | cached  | sts-policy-fetch-error http-404      | sts
            new        timeout   testing | cached  | sts-policy-fetch-error timeout       | sts
            new        redirect  enforce | cached  | sts-policy-fetch-error http-redirect | sts
            new        cert      enforce | cached  | sts-webpki-invalid no-matching-dns-id | sts
            new        body      testing | cached  | sts-policy-invalid syntax            | sts
            new        404       none    | none    | -                                    | no-policy-found
            new        cert      none    | none    | -                                    | no-policy-found
            new        body      none    | none    | -                                    | no-policy-found
            new        404       empty   | NP      | -            | sts sts-policy-fetch-error http-404
            new        cert      empty   | NP      | -            | sts sts-webpki-invalid no-matching-dns-id
            new        body      empty   | NP      | -            | sts sts-policy-invalid syntax
            new        404       expired | NP      | -            | sts sts-policy-fetch-error http-404
            missing    -         enforce | cached  | sts-policy-fetch-error no-txt        | sts
            multiple   -         enforce | cached  | sts-policy-fetch-error multiple-txt  | sts
            invalid    -         testing | cached  | sts-policy-fetch-error invalid-txt   | sts
            missing    -         none    | none    | -                                    | no-policy-found
            multiple   -         none    | none    | -                                    | no-policy-found
            invalid    -         none    | none    | -                                    | no-policy-found
            missing    -         empty   | NP      |                                      | no-policy-found
            multiple   -         empty   | NP      | -                                    | no-policy-found
            invalid    -         expired | NP      | -                                    | no-policy-found
            servfail   -         enforce | cached  | sts-policy-fetch-error dns-servfail  | sts
            servfail   -         none    | none    | -                                    | no-policy-found
            servfail   -         empty   | NP      | -                                    | no-policy-found
            servfail   -         expired | NP      | -                                    | no-policy-found
            """;

    private static final Map<String, TxtLookup.Answer> TXT = Map.of(
            "same", Script.record("1"),
            "new", Script.record("2"),
            "missing", new TxtLookup.None(Duration.ZERO),
            "multiple", Script.txt("v=STSv1; id=1;", "v=STSv1; id=2;"),
            "invalid", Script.txt("v=STSv1; id=?;"),
            "servfail", new TxtLookup.Unavailable("dns-servfail", "SERVFAIL"));

    private static final Map<String, PolicyFetcher.Result> HTTPS = Map.of(
            "-", new PolicyFetcher.Unreachable("unexpected", "must not be asked"),
            "ok", Script.policy("enforce", "mx.example.com"),
            "404", Script.response(404, ""),
            "redirect", Script.response(301, ""),
            "timeout", new PolicyFetcher.TimedOut(Duration.ofSeconds(60)),
            "cert",
                    new PolicyFetcher.CertificateRejected(List.of(new CertificateProblem(
                            CertificateProblem.Kind.NAME_MISMATCH, "no-matching-dns-id", "for another host"))),
            "body", Script.response(200, "<html>"));

    static List<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (String line : TABLE.lines().filter(line -> !line.startsWith("#")).toList()) {
            String[] parts = line.split("\\|", -1);
            String[] in = parts[0].trim().split(" +", -1);
            rows.add(Arguments.of(in[0], in[1], in[2], parts[1].trim(), parts[2].trim(), parts[3].trim()));
        }
        return rows;
    }

    @ParameterizedTest(name = "TXT {0}, HTTPS {1}, cache {2}")
    @MethodSource("rows")
    void thePolicyAndTheReportAreThoseOfTheRow(
            String txt, String https, String cache, String applied, String discovery, String session)
            throws InterruptedException {
        Script script = new Script();
        try (MtaSts sts = script.builder().build()) {
            fill(script, sts, cache);
            script.txt = Objects.requireNonNull(TXT.get(txt));
            script.https = Objects.requireNonNull(HTTPS.get(https));

            PolicyResolution policy = sts.recheck(DOMAIN);
            sts.decide(policy, MX, new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX)));

            assertThat(inWords(policy)).isEqualTo(applied);
            List<String> expected = new ArrayList<>();
            if (!discovery.isEmpty()) {
                expected.add("discovery " + discovery);
            }
            expected.add("session DELIVER [" + session + "]");
            assertThat(script.recorded).isEqualTo(expected);

            if (https.equals("404")) { // Suppressed by the back-off: counted with the sessions, not told again.
                script.recorded.clear();
                script.now = script.now.plusSeconds(200);
                PolicyResolution later = sts.recheck(DOMAIN);
                sts.decide(later, MX, new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX)));
                assertThat(inWords(later)).isEqualTo(applied);
                assertThat(script.recorded).containsExactly("session DELIVER [" + session + "]");
            }
        }
    }

    private static void fill(Script script, MtaSts sts, String cache) throws InterruptedException {
        if (!cache.equals("empty")) {
            script.https = Script.policy(cache.equals("expired") ? "enforce" : cache, "mx.example.com");
            sts.resolve(DOMAIN);
            // Five minutes: too young to be fetched once more under the same id (decision D24).
            script.now = script.now.plus(cache.equals("expired") ? Duration.ofDays(8) : Duration.ofMinutes(5));
        }
        script.recorded.clear();
    }

    private static String inWords(PolicyResolution policy) {
        if (policy.applicable().isEmpty()) {
            return "NP";
        }
        return policy.mode().keyword().equals("none")
                ? "none"
                : policy.applicable().get().id().equals("1") ? "cached" : "new";
    }
}
