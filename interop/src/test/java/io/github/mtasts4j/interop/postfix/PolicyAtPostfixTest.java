// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.interop.postfix.MxCase.Way;
import io.github.mtasts4j.interop.postfix.Sender.Report;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every host of {@link MxCase}, under every mode, for every sender. */
final class PolicyAtPostfixTest {

    private static final String BOB = "bob@sender.example";

    private static final List<MxCase> CASES = new ArrayList<>();

    @RegisterExtension
    static final PostfixWorld WORLD = new PostfixWorld(internet -> {
        CASES.addAll(MxCase.all(internet));
        return CASES.stream().map(MxCase::server).toList();
    });

    private enum Published {
        ENFORCE,
        TESTING,
        NONE,
        NO_POLICY
    }

    private enum Outcome {
        ARRIVES,
        FORBIDDEN,
        /** A policy does not forbid it, but this sender has no way. */
        NO_WAY
    }

    private record Cell(MxCase mx, Published published, SenderKind sender) {

        Outcome expected() {
            if (published == Published.ENFORCE && !mx.mayHaveMail()) {
                return Outcome.FORBIDDEN;
            }
            return mx.way() == Way.PLAINTEXT_AGAIN && !sender.redials() ? Outcome.NO_WAY : Outcome.ARRIVES;
        }

        /** How many it takes to get there. */
        int sessions() {
            return switch (mx.way()) {
                case PLAINTEXT_AGAIN -> 2;
                case PLAINTEXT_AFTER_REFUSAL -> sender.staysAfterRefusal() ? 1 : 2;
                default -> 1;
            };
        }

        /** One for each cell, so that no policy is known from another. */
        String domain() {
            return toString().replaceAll("[^a-z0-9-]+", "-") + ".example";
        }

        String recipient() {
            return "alice@" + domain();
        }

        String message() {
            return "Subject: " + this + "\r\n\r\nHello, " + domain() + ".\r\n.\r\n..\r\nBye.\r\n";
        }

        @Override
        public String toString() {
            return mx.name() + ", " + published.toString().toLowerCase(Locale.ROOT) + ", " + sender;
        }
    }

    private static Stream<Cell> cells(Outcome expected) {
        return CASES.stream()
                .flatMap(mx -> Stream.of(Published.values())
                        .flatMap(published -> SenderKind.all().stream().map(sender -> new Cell(mx, published, sender))))
                .filter(cell -> cell.expected() == expected);
    }

    static Stream<Cell> arriving() {
        return cells(Outcome.ARRIVES);
    }

    static Stream<Cell> forbidden() {
        return cells(Outcome.FORBIDDEN);
    }

    static Stream<Cell> withoutAWay() {
        return cells(Outcome.NO_WAY);
    }

    @ParameterizedTest
    @MethodSource("arriving")
    void mailIsInTheMailboxWhereNoPolicyStandsInTheWay(Cell cell) throws Exception {
        Way way = cell.mx.way();
        int mark = WORLD.postfix().log().mark();

        Report report = send(cell);

        assertThat(report.delivered()).as(report.account()).isTrue();
        assertThat(WORLD.postfix().awaitMail(mark, cell.recipient()))
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.body()).isEqualTo("Hello, " + cell.domain() + ".\n.\n..\nBye.\n");
                    assertThat(mail.received())
                            .contains(way.isTls() ? "(using " + way.protocol() + " with cipher " : " with ESMTP id ");
                    assertThat(mail.received().contains("using TLS")).isEqualTo(way.isTls());
                });
        List<SmtpSession> sessions = WORLD.postfix().awaitSessions(mark, cell.mx.host(), cell.sessions());
        assertThat(sessions).filteredOn(SmtpSession::hasEnvelope).containsExactly(sessions.get(cell.sessions() - 1));
        List<String> shaken = WORLD.postfix().saidBy(cell.mx.host(), mark).stream()
                .filter(line -> line.contains("TLS connection "))
                .toList();
        assertThat(shaken)
                .hasSize(way.isTls() ? 1 : 0)
                .allSatisfy(line -> assertThat(line)
                        .contains(" TLS connection established from ", ": " + way.protocol() + " with cipher "));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void notAnOctetOfTheEnvelopeReachesAHostThatFailsAnEnforcedPolicy(Cell cell) throws Exception {
        int mark = WORLD.postfix().log().mark();

        Report report = send(cell);

        assertThat(report.delivered()).isFalse();
        assertThat(report.account())
                .startsWith("DEFER: ")
                .containsPattern("violated   RFC 8461 §4.2: " + cell.mx.problem());
        assertThat(WORLD.postfix().awaitSession(mark, cell.mx.host()).hasEnvelope())
                .isFalse();
        assertThat(WORLD.postfix().mailbox(cell.recipient())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withoutAWay")
    void aSenderWithoutAFallbackKeepsItsMailAfterAFailedHandshake(Cell cell) throws Exception {
        int mark = WORLD.postfix().log().mark();

        Report report = send(cell);

        assertThat(report.delivered()).isFalse();
        assertThat(report.account()).doesNotContain("DEFER");
        assertThat(WORLD.postfix().awaitSession(mark, cell.mx.host()).hasEnvelope())
                .isFalse();
    }

    private static Report send(Cell cell) throws InterruptedException {
        RecipientDomain domain = WORLD.domain(cell.domain(), cell.mx.host());
        if (cell.published != Published.NO_POLICY) {
            Mode mode = Mode.valueOf(cell.published.name());
            domain.publishes("1", RecipientDomain.policy(mode, Duration.ofDays(7), cell.mx.host()));
        }
        return cell.sender.in(WORLD.sendingSide()).send(BOB, cell.recipient(), cell.message());
    }
}
