// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rows of {@code vectors/} cannot say about the TXT record: sizes, and that nothing is ever thrown. */
class StsRecordParserTest {

    @Test
    void aRecordOf4096OctetsIsRead() {
        assertThat(select(recordOf(4096)).orElseThrow().id()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, 65_535})
    void aLongerRecordIsRefused(int octets) {
        assertThat(defectOf(recordOf(octets))).isEqualTo(Defect.LIMIT);
        assertThat(defectOf("v=spf1 -all", recordOf(octets))).isEqualTo(Defect.LIMIT);
    }

    @Test
    void aLongRecordOfAnotherKindIsJustNoRecord() {
        assertThat(defectOf("x".repeat(65_535))).isEqualTo(Defect.NO_RECORD);
        assertThat(select("x".repeat(65_535), "v=STSv1; id=1")).isInstanceOf(Parsed.Ok.class);
    }

    @Test
    void oneRecordAmongAThousandOthersIsFound() {
        List<String> records = new ArrayList<>(Collections.nCopies(999, "v=spf1 -all"));
        records.add("v=STSv1; id=7");

        assertThat(select(records.toArray(String[]::new)).orElseThrow()).isEqualTo(new StsRecord("7"));
    }

    @Test
    void aThousandRecordsAreMoreThanOne() {
        String[] records = Collections.nCopies(1000, "v=STSv1; id=7").toArray(String[]::new);

        assertThat(malformed(records).defect()).isEqualTo(Defect.MULTIPLE_RECORDS);
        assertThat(malformed(records).detail()).startsWith("1000 ");
    }

    @Test
    void theDefectIsTheRecordsAsAWhole() {
        assertThat(malformed("v=STSv1; id=").line()).isZero();
    }

    @Test
    void theDetailQuotesTheRecordEscapedAndShortened() {
        assertThat(malformed("v=STSv1; id=\u001b[31m" + "\u00ff".repeat(300)).detail())
                .contains("\\x1b[31m\\xff")
                .endsWith("...\"");
    }

    /** §3.1: the id has no implied ordering; it is another one if an octet differs. */
    @Test
    void anIdIsComparedOctetByOctet() {
        assertThat(select("v=STSv1; id=AbC")).isNotEqualTo(select("v=STSv1; id=abc"));
        assertThat(select("v=STSv1; id=01")).isNotEqualTo(select("v=STSv1; id=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a-b", "a b", "1;", "\u0661", "é", "abcdefghijklmnopqrstuvwxyz0123456"})
    void whatIsNoIdIsRefusedByTheConstructor(String id) {
        assertThatThrownBy(() -> new StsRecord(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsWrittenIsReadAsTheSame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            StsRecord record = new StsRecord(randomId(random));

            assertThat(select("v=STSv1; a=1; id=" + record.id() + ";").orElseThrow())
                    .isEqualTo(record);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noOctetsMakeItThrow(Grammar grammar) {
        SplittableRandom random = new SplittableRandom(8461);
        for (int i = 0; i < 10_000; i++) {
            assertReported(new StsRecordParser(grammar).select(List.of(Mutations.random(random))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMutationOfARowMakesItThrow(Grammar grammar) {
        List<List<byte[]>> rows = Vectors.ownRows("txt").map(Vectors::records).toList();
        SplittableRandom random = new SplittableRandom(20_180_926);
        for (int i = 0; i < 20_000; i++) {
            assertReported(new StsRecordParser(grammar).select(mutate(rows.get(random.nextInt(rows.size())), random)));
        }
    }

    @Test
    void whatTheAbnfTakesTheTolerancesTakeTheSameWay() {
        List<List<byte[]>> rows = Vectors.ownRows("txt").map(Vectors::records).toList();
        SplittableRandom random = new SplittableRandom(6285);
        for (int i = 0; i < 20_000; i++) {
            List<byte[]> records = mutate(rows.get(random.nextInt(rows.size())), random);
            Parsed<StsRecord> strict = new StsRecordParser(Grammar.STRICT).select(records);
            if (strict instanceof Parsed.Ok<StsRecord>) {
                assertThat(new StsRecordParser(Grammar.LENIENT).select(records)).isEqualTo(strict);
            }
        }
    }

    private static List<byte[]> mutate(List<byte[]> records, SplittableRandom random) {
        return records.stream().map(record -> Mutations.mutate(record, random)).toList();
    }

    private static void assertReported(Parsed<StsRecord> parsed) {
        if (parsed instanceof Parsed.Malformed<StsRecord> malformed) {
            Details.assertPrintable(malformed.detail());
        }
    }

    private static Parsed<StsRecord> select(String... records) {
        return new StsRecordParser(Grammar.STRICT)
                .select(Stream.of(records).map(r -> r.getBytes(ISO_8859_1)).toList());
    }

    private static Parsed.Malformed<StsRecord> malformed(String... records) {
        Parsed<StsRecord> parsed = select(records);
        assertThat(parsed).isInstanceOf(Parsed.Malformed.class);
        assertReported(parsed);
        return (Parsed.Malformed<StsRecord>) parsed;
    }

    private static Defect defectOf(String... records) {
        return malformed(records).defect();
    }

    private static String recordOf(int octets) {
        String start = "v=STSv1; id=1; x=";
        return start + "y".repeat(octets - start.length());
    }

    private static String randomId(SplittableRandom random) {
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        StringBuilder id = new StringBuilder();
        for (int i = random.nextInt(1, 33); i > 0; i--) {
            id.append(letters.charAt(random.nextInt(letters.length())));
        }
        return id.toString();
    }
}
