// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** Damages well-known octets, the same way for the same seed. */
final class Mutations {

    /** What the two grammars turn on. */
    private static final byte[] TELLING = {
        0,
        '\t',
        '\n',
        '\r',
        ' ',
        '*',
        '.',
        '-',
        '_',
        ':',
        ';',
        '=',
        '0',
        'v',
        'x',
        0x7f,
        (byte) 0x80,
        (byte) 0xc3,
        (byte) 0xff
    };

    private Mutations() {}

    /** A copy with one to four octets replaced, inserted or left out, or cut short. */
    static byte[] mutate(byte[] octets, SplittableRandom random) {
        byte[] mutant = octets;
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            mutant = once(mutant, random);
        }
        return mutant;
    }

    /** Up to 200 random octets, half of the time such as the grammars know. */
    static byte[] random(SplittableRandom random) {
        byte[] octets = new byte[random.nextInt(200)];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = octet(random);
        }
        return octets;
    }

    private static byte[] once(byte[] octets, SplittableRandom random) {
        int at = random.nextInt(octets.length + 1);
        int rest = Math.min(at + random.nextInt(2), octets.length);
        ByteArrayOutputStream mutant = new ByteArrayOutputStream(octets.length + 1);
        mutant.write(octets, 0, at);
        if (random.nextInt(4) > 0) {
            mutant.write(octet(random));
        }
        if (random.nextInt(8) > 0) {
            mutant.write(octets, rest, octets.length - rest);
        }
        return mutant.toByteArray();
    }

    private static byte octet(SplittableRandom random) {
        return random.nextBoolean() ? TELLING[random.nextInt(TELLING.length)] : (byte) random.nextInt(256);
    }
}
