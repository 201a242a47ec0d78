// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.interop.Pem;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.testkit.StsWorld;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Random;

/**
 * The test kit's internet on the ports that the protocols have, at addresses of 127.0.0.0/8 that nobody uses, and the two
 * files that make it the internet of a program: where to ask the DNS, and whom to trust.
 */
final class LittleInternet implements AutoCloseable {

    private static final int ATTEMPTS = 20;

    private final StsWorld world;
    private final PrivateDirectory directory;
    private final Path resolvConf;
    private final Path trusted;

    private LittleInternet(StsWorld world) {
        this.world = world;
        this.directory = PrivateDirectory.of("internet");
        this.resolvConf = directory.file(
                "resolv.conf",
                "nameserver " + world.dns().address().getAddress().getHostAddress()
                        + "\noptions timeout:5 attempts:2 trust-ad\n");
        this.trusted = directory.file("trusted.pem", Pem.of(world.ca().certificate()));
    }

    static LittleInternet start() {
        Random random = new Random();
        for (int attempt = 1; ; attempt++) {
            try {
                return new LittleInternet(StsWorld.startOnUsualPorts(anyLoopback(random)));
            } catch (UncheckedIOException e) {
                if (attempt == ATTEMPTS || !(e.getCause() instanceof BindException)) {
                    throw e;
                }
            }
        }
    }

    private static InetAddress anyLoopback(Random random) {
        byte[] octets = {127, (byte) (1 + random.nextInt(250)), (byte) (1 + random.nextInt(250)), 1};
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    StsWorld world() {
        return world;
    }

    /** Certificates of whom everybody here trusts. */
    Path trusted() {
        return trusted;
    }

    /**
     * A command for a shell that runs another one in this internet: with its DNS, in a mount namespace of its own.
     *
     * @param command a command without quotes
     * @param pid a file for the number of its process
     */
    String inside(String command, Path pid) {
        return "exec unshare -m sh -c 'echo $$ >" + pid + " && mount --bind " + resolvConf
                + " /etc/resolv.conf && exec " + command + "'";
    }

    @Override
    public void close() {
        world.close();
        directory.close();
    }
}
