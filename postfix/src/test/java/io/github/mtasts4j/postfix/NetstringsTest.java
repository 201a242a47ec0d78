// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.postfix.Netstrings.Next;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same requests come out whatever pieces they go in by, and nothing goes in that is none. */
final class NetstringsTest {

    /** All that comes out of a stream that is cut where the sizes say, the last of them again and again. */
    private static List<String> read(byte[] stream, int... sizes) {
        Netstrings in = new Netstrings();
        List<String> out = new ArrayList<>();
        int at = 0;
        for (int piece = 0; at < stream.length; piece++) {
            ByteBuffer room = in.room();
            int length =
                    Math.min(Math.min(sizes[Math.min(piece, sizes.length - 1)], room.remaining()), stream.length - at);
            room.put(stream, at, length);
            in.filled();
            at += length;
            for (Next next = in.next(); next != Next.INCOMPLETE; next = in.next()) {
                out.add(next == Next.REQUEST ? in.request() : next.name());
                if (next == Next.MALFORMED) {
                    return out;
                }
            }
        }
        return out;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void requestsComeOutInOrderWhateverThePieces() {
        String longName = "x".repeat(900);
        String tooLong = "y".repeat(5_000);
        byte[] stream = octets("9:postfix a,0:,13:postfix b.c.d," + Peer.netstring(longName) + Peer.netstring(tooLong)
                + Peer.netstring("p \u00fc") + Peer.netstring("z".repeat(10_000)) + "1:e,");
        List<String> expected =
                List.of("postfix a", "", "postfix b.c.d", longName, "TOO_LONG", "p \u00fc", "TOO_LONG", "e");

        assertThat(read(stream, 1)).isEqualTo(expected);
        assertThat(read(stream, Netstrings.CAPACITY)).isEqualTo(expected);
        Random random = new Random(1);
        for (int run = 0; run < 500; run++) {
            int[] sizes = random.ints(2_000, 1, 2 + random.nextInt(1_000)).toArray();
            assertThat(read(stream, sizes)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00:,", "01:x,", ":x,", "x", "GET / HTTP/1.0", "-1:x,", " 1:x,", "184467440737095516160:x,",
                "100000:x,", "10001:x,", "1:xx", "3:abcd,", "1 :x,", "1;x,", "\u0000", "12345"
            })
    void whatIsNoNetstringIsMalformed(String stream) {
        List<String> out = read(octets(stream + "x".repeat(20_000)), 1);
        assertThat(out).containsExactly("MALFORMED");
        assertThat(read(octets(stream + "x".repeat(20_000)), 512)).containsExactly("MALFORMED");
    }

    @Test
    void aLongRequestThatDoesNotEndInACommaIsMalformed() {
        assertThat(read(octets("5000:" + "x".repeat(5_001)), 700)).containsExactly("MALFORMED");
    }

    @Test
    void noStreamMakesItThrowOrKeepMoreThanItsBuffer() {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            byte[] stream = new byte[1 + random.nextInt(60)];
            for (int i = 0; i < stream.length; i++) {
                stream[i] = (byte) "0123456789:,,:x \u00ff".charAt(random.nextInt(17));
            }
            assertThat(read(stream, 1)).isEqualTo(read(stream, stream.length));
        }
    }
}
