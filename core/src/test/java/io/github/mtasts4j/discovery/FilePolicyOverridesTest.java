// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that a person edits, in a hurry, while mail is flowing. */
@Timeout(60)
final class FilePolicyOverridesTest {

    private static final DomainName A = DomainName.of("a.example");
    private static final DomainName B = DomainName.of("b.example");
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final String IGNORE_A = stanza("a.example", "ignore", "2026-02-01", "it is broken");
    private static final String REQUIRE_A = stanza("a.example", "require", "2026-02-01", "it is mended");

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final List<FilePolicyOverrides.Event> events = new ArrayList<>();

    // ---- what is read ----

    @Test
    void everyActionIsRead() throws IOException {
        FilePolicyOverrides overrides = open("""
                # Before the first stanza, after it, and in it.

                domain: a.example
                action: ignore
                # not for long
                until: 2026-02-01
                reason: a reason: with # and : in it


                domain: B.example.
                  action:   testing\t
                until: 2026-02-01T12:00:00Z
                reason: upper case, spaces
                \t
                domain: c.example
                action: require
                until: 2026-02-01T12:00:00+02:00
                reason: grüße

                domain: d.example
                policy: version: STSv1
                policy: mode: enforce
                policy: mx: mx1.d.example
                policy: mx: *.d.example
                policy: max_age: 0
                action: pinned
                until: 2026-02-01
                reason: the last stanza needs no line end""");

        PolicyOverride a = overrides.find(A).orElseThrow();
        assertThat(a.action()).isEqualTo(new PolicyOverride.Ignore());
        assertThat(a.reason()).isEqualTo("a reason: with # and : in it");
        assertThat(a.until()).as("the whole day").isEqualTo(Instant.parse("2026-02-02T00:00:00Z"));
        PolicyOverride b = overrides.find(B).orElseThrow();
        assertThat(b.action()).isEqualTo(new PolicyOverride.Testing());
        assertThat(b.until()).isEqualTo(Instant.parse("2026-02-01T12:00:00Z"));
        PolicyOverride c = overrides.find(DomainName.of("c.example")).orElseThrow();
        assertThat(c.action()).isEqualTo(new PolicyOverride.Require());
        assertThat(c.until()).isEqualTo(Instant.parse("2026-02-01T10:00:00Z"));
        assertThat(c.reason()).isEqualTo("grüße");
        PolicyOverride.Pinned pinned = (PolicyOverride.Pinned)
                overrides.find(DomainName.of("d.example")).orElseThrow().action();
        assertThat(pinned.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(pinned.policy().lists(DomainName.of("mx2.d.example"))).isTrue();
        assertThat(overrides.find(DomainName.of("e.example"))).isEmpty();
        assertThat(events).containsExactly(event(FilePolicyOverrides.Kind.READ, 0, "4 overrides were read"));
    }

    @Test
    void lineEndsAndByteOrderMarksOfOtherSystemsAreTaken() throws IOException {
        FilePolicyOverrides overrides = open("\ufeff" + IGNORE_A.replace("\n", "\r\n"));

        assertThat(overrides.find(A)).isPresent();
    }

    @Test
    void anEmptyFileHasNoOverrides() throws IOException {
        assertThat(open("").find(A)).isEmpty();
        assertThat(open("\n# nothing\n\n").find(A)).isEmpty();
    }

    @Test
    void anUnknownKeyIsToldAndPassedOver() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A + "tickte\u202et: 4711\n");

        assertThat(overrides.find(A)).isPresent();
        assertThat(events.get(0))
                .isEqualTo(
                        event(FilePolicyOverrides.Kind.UNKNOWN_KEY, 5, "unknown key \"tickte\\u202et\", passed over"));
    }

    @Test
    void anEndInThePastIsReadAndIsOver() throws IOException {
        PolicyOverride override = open(stanza("a.example", "ignore", "1999-12-31", "long ago"))
                .find(A)
                .orElseThrow();

        assertThat(override.isInForce(clock.instant())).isFalse();
    }

    // ---- what is refused ----

    static Stream<Arguments> broken() {
        String pinned = stanza("a.example", "pinned", "2026-02-01", "x");
        return Stream.of(
                Arguments.of(1, "the stanza has no domain", "action: ignore\nuntil: 2026-02-01\nreason: x\n"),
                Arguments.of(2, "the stanza has no action", "\ndomain: a.example\nuntil: 2026-02-01\nreason: x\n"),
                Arguments.of(1, "the stanza has no until", "domain: a.example\naction: ignore\nreason: x\n"),
                Arguments.of(1, "the stanza has no reason", "domain: a.example\naction: ignore\nuntil: 2026-02-01\n"),
                Arguments.of(1, "a reason has 1 to 200", stanza("a.example", "ignore", "2026-02-01", "")),
                Arguments.of(1, "a reason has 1 to 200", stanza("a.example", "ignore", "2026-02-01", "x".repeat(201))),
                Arguments.of(1, "not one printable line", stanza("a.example", "ignore", "2026-02-01", "x\u202ey")),
                Arguments.of(1, "an address literal", stanza("[192.0.2.1]", "ignore", "2026-02-01", "x")),
                Arguments.of(1, "not ASCII", stanza("grüße.example", "ignore", "2026-02-01", "x")),
                Arguments.of(1, "is empty", stanza("", "ignore", "2026-02-01", "x")),
                Arguments.of(2, "action is \"Ignore\"", stanza("a.example", "Ignore", "2026-02-01", "x")),
                Arguments.of(3, "until is \"tomorrow\"", stanza("a.example", "ignore", "tomorrow", "x")),
                Arguments.of(3, "until is \"2026-02-30\"", stanza("a.example", "ignore", "2026-02-30", "x")),
                Arguments.of(3, "until is \"\"", stanza("a.example", "ignore", "", "x")),
                Arguments.of(1, "after the year 9999", stanza("a.example", "ignore", "+9999999-01-01", "x")),
                Arguments.of(3, "until is", stanza("a.example", "ignore", "+999999999-12-31", "x")),
                Arguments.of(1, "after the year 9999", stanza("a.example", "ignore", "+9999999-01-01T00:00:00Z", "x")),
                Arguments.of(6, "a second stanza for a.example", IGNORE_A + "\n" + REQUIRE_A),
                Arguments.of(5, "is a blank line missing?", IGNORE_A + REQUIRE_A),
                Arguments.of(5, "pinned only", IGNORE_A + "policy: version: STSv1\n"),
                Arguments.of(1, "the pinned policy: ", pinned),
                Arguments.of(1, "the policy has no mode", pinned + "policy: version: STSv1\npolicy: max_age: 1\n"),
                Arguments.of(7, "mode is \"off\"", pinned + "policy: version: STSv1\n\t# why\npolicy: mode: off\n"),
                Arguments.of(
                        1, "mode none", pinned + "policy: version: STSv1\npolicy: mode: none\npolicy: max_age: 1\n"),
                Arguments.of(2, "is not a \"key: value\" line: \"ignore\"", "domain: a.example\nignore\n"),
                Arguments.of(1, "is not a \"key: value\" line", ": a.example\n"),
                Arguments.of(1, "a control character", "domain: a\u0000.example\n"),
                Arguments.of(1, "a control character", "domain: a.example\raction: ignore\n"),
                Arguments.of(1, "a control character", "# \u001b[31m\n"));
    }

    @ParameterizedTest(name = "line {0}: {1}")
    @MethodSource("broken")
    void whatIsNotUnderstoodIsRefusedWithItsLine(int line, String why, String text) {
        assertThatExceptionOfType(FilePolicyOverrides.BrokenFileException.class)
                .isThrownBy(() -> open(text))
                .satisfies(broken -> {
                    assertThat(broken.event().line()).isEqualTo(line);
                    assertThat(broken.event().detail()).contains(why).matches("[ -~]+");
                    assertThat(broken).hasMessageContaining("overrides").hasMessageContaining(", line " + line + ": ");
                });
    }

    @Test
    void whatIsNoTextIsRefused() {
        byte[] large = new byte[10 << 20];
        Arrays.fill(large, (byte) '#');

        assertThat(refusal(new byte[] {'#', (byte) 0xc3, (byte) 0x28, '\n'})).isEqualTo("is not UTF-8");
        assertThat(refusal(large)).isEqualTo("is larger than 1048576 octets");
        assertThat(refusal(new byte[100])).startsWith("has a control character");
    }

    private String refusal(byte[] octets) {
        try {
            FilePolicyOverrides.of(Files.write(file(), octets));
        } catch (FilePolicyOverrides.BrokenFileException broken) {
            return broken.event().detail();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return "nothing";
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Path missing = directory.resolve("missing");
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        for (Path none : List.of(directory, missing, loop, Path.of("/dev/zero"))) {
            assertThatExceptionOfType(FilePolicyOverrides.BrokenFileException.class)
                    .isThrownBy(() -> FilePolicyOverrides.of(none))
                    .withMessageContaining(none + ": cannot be read: ")
                    .satisfies(broken -> assertThat(broken.event().kind()).isEqualTo(FilePolicyOverrides.Kind.REFUSED));
        }
    }

    @Test
    // Whoever opens the pipe cannot be interrupted.
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeThatNobodyWritesToHoldsNothingUp() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assumeThat(isMade(new ProcessBuilder("mkfifo", pipe.toString()))).isTrue();

        assertThatExceptionOfType(FilePolicyOverrides.BrokenFileException.class)
                .isThrownBy(() -> FilePolicyOverrides.of(pipe))
                .withMessageContaining("not a regular file");
    }

    private static boolean isMade(ProcessBuilder command) throws InterruptedException {
        try {
            Process process = command.start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), IGNORE_A);
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);

        assertThat(FilePolicyOverrides.of(link).find(A)).isPresent();
    }

    // ---- what changes ----

    @Test
    void aChangeIsSeenWithinFiveSecondsAndNoSooner() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        write(REQUIRE_A);

        clock.advance(LOOK.minusMillis(1));
        assertThat(action(overrides)).contains(new PolicyOverride.Ignore());
        clock.advance(Duration.ofMillis(1));
        assertThat(action(overrides)).contains(new PolicyOverride.Require());
        assertThat(kinds()).containsExactly(FilePolicyOverrides.Kind.READ, FilePolicyOverrides.Kind.READ);
    }

    @Test
    void aFileThatHasNotChangedIsNotReadAgain() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        for (int look = 0; look < 10; look++) {
            clock.advance(LOOK);
            overrides.find(A);
        }
        assertThat(kinds()).containsExactly(FilePolicyOverrides.Kind.READ);
    }

    @Test
    void aChangeOfTheSameSizeIsSeenByItsTime() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        FileTime before = Files.getLastModifiedTime(file());
        write(IGNORE_A.replace("it is", "IT IS"));
        Files.setLastModifiedTime(file(), FileTime.fromMillis(before.toMillis() + 1000));
        clock.advance(LOOK);

        assertThat(overrides.find(A).orElseThrow().reason()).startsWith("IT IS");
    }

    @Test
    void aChangeIsSeenAlsoAfterTheClockWasSetBack() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        clock.set(MovableClock.START.minus(Duration.ofDays(1)));
        write(REQUIRE_A);

        assertThat(action(overrides)).contains(new PolicyOverride.Require());
    }

    @Test
    void aBrokenEditKeepsWhatWasReadBeforeAndIsToldOnce() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        events.clear();
        write(REQUIRE_A + "oops\n");
        for (int look = 0; look < 3; look++) {
            clock.advance(LOOK);
            assertThat(action(overrides)).contains(new PolicyOverride.Ignore());
        }
        assertThat(events)
                .containsExactly(event(FilePolicyOverrides.Kind.REFUSED, 5, "is not a \"key: value\" line: \"oops\""));

        write(REQUIRE_A);
        clock.advance(LOOK);
        assertThat(action(overrides)).contains(new PolicyOverride.Require());
    }

    @Test
    void aFileThatVanishesKeepsItsOverridesAndIsReadWhenItIsBack() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        FileTime time = Files.getLastModifiedTime(file());
        events.clear();
        Path aside = Files.move(file(), directory.resolve("aside"));
        for (int look = 0; look < 3; look++) {
            clock.advance(LOOK);
            assertThat(action(overrides)).contains(new PolicyOverride.Ignore());
        }
        assertThat(kinds()).containsExactly(FilePolicyOverrides.Kind.REFUSED);

        Files.move(aside, file());
        Files.setLastModifiedTime(file(), time);
        clock.advance(LOOK);
        overrides.find(A);
        assertThat(kinds()).containsExactly(FilePolicyOverrides.Kind.REFUSED, FilePolicyOverrides.Kind.READ);
    }

    @Test
    void anEmptiedFileLiftsAllOverrides() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        write("");
        clock.advance(LOOK);

        assertThat(overrides.find(A)).isEmpty();
    }

    @Test
    void aReloadReadsAtOnceAndSaysWhetherItDid() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        write(REQUIRE_A);
        assertThat(overrides.reload()).isTrue();
        assertThat(action(overrides)).contains(new PolicyOverride.Require());

        write("oops");
        events.clear();
        assertThat(overrides.reload()).isFalse();
        assertThat(overrides.reload()).isFalse();
        assertThat(kinds())
                .as("who asks by hand is told each time")
                .containsExactly(FilePolicyOverrides.Kind.REFUSED, FilePolicyOverrides.Kind.REFUSED);
        assertThat(action(overrides)).contains(new PolicyOverride.Require());
    }

    @Test
    void aThreadThatIsInterruptedMissesNothingForGood() throws IOException {
        FilePolicyOverrides overrides = open(IGNORE_A);
        write(REQUIRE_A);
        clock.advance(LOOK);
        Thread.currentThread().interrupt();
        assertThat(overrides.find(A)).isPresent();
        assertThat(Thread.interrupted()).isTrue();

        clock.advance(LOOK);
        assertThat(action(overrides)).contains(new PolicyOverride.Require());
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws IOException {
        Files.writeString(file(), IGNORE_A);
        FilePolicyOverrides overrides = FilePolicyOverrides.of(file(), clock, event -> {
            throw new IllegalStateException("a bug");
        });
        assertThat(overrides.find(A)).isPresent();
    }

    @Test
    void theFileInTheGuideIsRead() throws IOException {
        String guide = Files.readString(Path.of("../docs/overrides.md"));
        int start = guide.indexOf("```\n#") + 4;
        FilePolicyOverrides overrides = open(guide.substring(start, guide.indexOf("```", start)));

        assertThat(events).containsExactly(event(FilePolicyOverrides.Kind.READ, 0, "4 overrides were read"));
        assertThat(overrides.find(DomainName.of("bank.example")).map(PolicyOverride::action))
                .containsInstanceOf(PolicyOverride.Pinned.class);
    }

    private FilePolicyOverrides open(String text) throws IOException {
        Files.write(file(), text.getBytes(StandardCharsets.UTF_8));
        return FilePolicyOverrides.of(file(), clock, events::add);
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }

    private Path file() {
        return directory.resolve("overrides");
    }

    private FilePolicyOverrides.Event event(FilePolicyOverrides.Kind kind, int line, String detail) {
        return new FilePolicyOverrides.Event(kind, file(), line, detail);
    }

    private List<FilePolicyOverrides.Kind> kinds() {
        return events.stream().map(FilePolicyOverrides.Event::kind).toList();
    }

    private static Optional<PolicyOverride.Action> action(FilePolicyOverrides overrides) {
        return overrides.find(A).map(PolicyOverride::action);
    }

    private static String stanza(String domain, String action, String until, String reason) {
        return "domain: " + domain + "\naction: " + action + "\nuntil: " + until + "\nreason: " + reason + "\n";
    }
}
