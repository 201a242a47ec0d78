// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.util.List;

/**
 * Where a node of a cluster finds what it needs.
 *
 * @param engine {@code postgres} or {@code redis}
 * @param storePort where that listens
 * @param dnsPort where the DNS server of the real domains listens
 * @param policyPort where their Policy Host does
 * @param authority the file with the certificate that it is verified by
 * @param real how many domains are real; the others are played in the node
 * @param begun when the run began by the system's clock, in milliseconds
 */
record NodePlace(String engine, int storePort, int dnsPort, int policyPort, String authority, int real, long begun) {

    List<String> arguments() {
        return List.of(
                engine,
                Integer.toString(storePort),
                Integer.toString(dnsPort),
                Integer.toString(policyPort),
                authority,
                Integer.toString(real),
                Long.toString(begun));
    }

    static NodePlace parse(String[] arguments) {
        return new NodePlace(
                arguments[0],
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                arguments[4],
                Integer.parseInt(arguments[5]),
                Long.parseLong(arguments[6]));
    }
}
