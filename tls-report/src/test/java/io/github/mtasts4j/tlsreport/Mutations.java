// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.Arrays;
import java.util.Random;

/** Damages octets a little: changes, repeats or drops some, or cuts the end off. */
final class Mutations {

    private Mutations() {}

    static byte[] of(byte[] seed, Random random) {
        byte[] octets = seed.clone();
        for (int times = 1 + random.nextInt(4); times > 0 && octets.length > 0; times--) {
            int at = random.nextInt(octets.length);
            switch (random.nextInt(4)) {
                case 0 -> octets[at] = (byte) random.nextInt(256);
                case 1 -> octets[at] = octets[random.nextInt(octets.length)];
                case 2 ->
                    octets = splice(octets, at, at + random.nextInt(Math.min(20, octets.length - at)) + 1, random);
                default -> octets = random.nextInt(10) == 0 ? Arrays.copyOf(octets, at) : octets;
            }
        }
        return octets;
    }

    /** Drops a stretch, or doubles it. */
    private static byte[] splice(byte[] octets, int from, int to, Random random) {
        boolean drop = random.nextBoolean();
        int keep = drop ? from : to;
        int resume = drop ? to : from;
        byte[] out = new byte[keep + octets.length - resume];
        System.arraycopy(octets, 0, out, 0, keep);
        System.arraycopy(octets, resume, out, keep, octets.length - resume);
        return out;
    }
}
