// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One domain that mail is sent to, and what RFC 8461 says must become of it.
 *
 * @param domain the recipient's domain
 * @param situation in a few words, for the table
 * @param owner what the domain's owner has set up
 * @param attack what happens after a first message has taught the sender the policy; if absent there is no first message
 * @param expected the verdict at the MX that settles it
 */
record Scenario(
        String domain,
        String situation,
        Consumer<StsWorld> owner,
        Optional<Consumer<StsWorld>> attack,
        Verdict expected) {

    private static final Duration WEEK = Duration.ofDays(7);

    static List<Scenario> all() {
        return List.of(
                at(
                        "fine.example",
                        "enforce, all in order",
                        Verdict.DELIVER,
                        w -> w.domain("fine.example").mx("mx.fine.example").enforces("mx.fine.example")),
                at(
                        "spare.example",
                        "enforce, first MX unlisted, second fine",
                        Verdict.DELIVER,
                        w -> w.domain("spare.example")
                                .mx("old.spare.example", "mx.spare.example")
                                .enforces("mx.spare.example")),
                at("stripped.example", "enforce, STARTTLS stripped", Verdict.DEFER, w -> {
                    w.domain("stripped.example").mx("mx.stripped.example").enforces("mx.stripped.example");
                    w.mx("mx.stripped.example").behave(MxFault.Always.NO_STARTTLS);
                }),
                at(
                        "forged.example",
                        "enforce, MX record forged",
                        Verdict.DEFER,
                        w -> w.domain("forged.example")
                                .enforces("mx.forged.example")
                                .mxForgedAs("mx.evil.example")),
                at(
                        "wild.example",
                        "enforce *.wild.example, look-alike MX",
                        Verdict.DEFER,
                        w -> w.domain("wild.example").enforces("*.wild.example").mxForgedAs("mx.evilwild.example")),
                at(
                        "deep.example",
                        "enforce *.deep.example, MX two labels below",
                        Verdict.DEFER,
                        w -> w.domain("deep.example").enforces("*.deep.example").mxForgedAs("mx.evil.deep.example")),
                at("expired.example", "enforce, certificate expired", Verdict.DEFER, w -> {
                    w.domain("expired.example").mx("mx.expired.example").enforces("mx.expired.example");
                    w.mx("mx.expired.example")
                            .present(w.ca().issue(new TestCa.Spec()
                                    .dns("mx.expired.example")
                                    .expired()));
                }),
                at("othername.example", "enforce, certificate for another name", Verdict.DEFER, w -> {
                    w.domain("othername.example").mx("mx.othername.example").enforces("mx.othername.example");
                    w.mx("mx.othername.example").present(w.ca().issue("othername.example"));
                }),
                at("cnonly.example", "enforce, certificate with a common name only", Verdict.DEFER, w -> {
                    w.domain("cnonly.example").mx("mx.cnonly.example").enforces("mx.cnonly.example");
                    w.mx("mx.cnonly.example").present(w.ca().issue(new TestCa.Spec().commonName("mx.cnonly.example")));
                }),
                at("selfsigned.example", "enforce, certificate self-signed", Verdict.DEFER, w -> {
                    w.domain("selfsigned.example").mx("mx.selfsigned.example").enforces("mx.selfsigned.example");
                    w.mx("mx.selfsigned.example")
                            .present(TestCa.selfSigned(new TestCa.Spec().dns("mx.selfsigned.example")));
                }),
                at("testing.example", "testing, certificate self-signed", Verdict.REPORT_ONLY, w -> {
                    w.domain("testing.example").mx("mx.testing.example").tests("mx.testing.example");
                    w.mx("mx.testing.example").present(TestCa.selfSigned(new TestCa.Spec().dns("mx.testing.example")));
                }),
                at("none.example", "mode none, certificate self-signed", Verdict.DELIVER, w -> {
                    w.domain("none.example")
                            .mx("mx.none.example")
                            .publishes("1", RecipientDomain.policy(Mode.NONE, WEEK));
                    w.mx("mx.none.example").present(TestCa.selfSigned(new TestCa.Spec().dns("mx.none.example")));
                }),
                at(
                        "nopolicy.example",
                        "no policy published",
                        Verdict.DELIVER,
                        w -> w.domain("nopolicy.example").mx("mx.nopolicy.example")),
                at(
                        "hostdown.example",
                        "policy host down at first contact",
                        Verdict.DELIVER,
                        w -> w.domain("hostdown.example")
                                .mx("mx.hostdown.example")
                                .policyHostDown("1")),
                after(
                        "cached.example",
                        "cached; TXT id forged, HTTPS blocked, MX forged",
                        Verdict.DEFER,
                        w -> w.domain("cached.example")
                                .idForgedAs("666")
                                .httpsBlocked()
                                .mxForgedAs("mx.evil.example")),
                after("vanished.example", "cached; TXT removed, STARTTLS stripped", Verdict.DEFER, w -> {
                    w.domain("vanished.example").txtRemoved().httpsBlocked();
                    w.mx("mx.vanished.example").behave(MxFault.Always.NO_STARTTLS);
                }));
    }

    private static Scenario at(String domain, String situation, Verdict expected, Consumer<StsWorld> owner) {
        return new Scenario(domain, situation, owner, Optional.empty(), expected);
    }

    private static Scenario after(String domain, String situation, Verdict expected, Consumer<StsWorld> attack) {
        Consumer<StsWorld> owner = w -> w.domain(domain).mx("mx." + domain).enforces("mx." + domain);
        return new Scenario(domain, situation, owner, Optional.of(attack), expected);
    }

    String recipient() {
        return "alice@" + domain;
    }
}
