// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.cli.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach the world. Whoever is on the public internet needs none of these; a laboratory needs some. */
public final class NetworkOptions {

    @Option(
            names = "--dns",
            paramLabel = "ADDRESS[:PORT]",
            description = "Ask this DNS resolver instead of the system's. May be repeated.")
    List<String> dns = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How long to wait for each DNS answer, each connection, each reply of a mail server, and for a"
                            + " whole policy. Default: ${DEFAULT-VALUE}.")
    int timeout = 10;

    @Option(
            names = "--trust",
            paramLabel = "PEM",
            description = "Trust the certificates in this file and no others. May be repeated.")
    List<Path> trust = new ArrayList<>();

    @Option(
            names = "--trust-also",
            paramLabel = "PEM",
            description = "Trust the certificates in this file as well. May be repeated.")
    List<Path> trustAlso = new ArrayList<>();

    @Option(
            names = "--helo",
            paramLabel = "NAME",
            description = "The name to say in EHLO. Default: this machine's address.")
    @Nullable String helo;

    @Option(
            names = "--connect-to",
            paramLabel = "HOST=ADDRESS[:PORT]",
            description =
                    "Connect to this address where a host of this name is to be connected to, a policy host or an MX;"
                            + " the name stays what certificates are checked against. May be repeated.")
    List<String> connectTo = new ArrayList<>();

    @Option(
            names = "--allow-address",
            paramLabel = "BLOCK",
            description =
                    "Connect to addresses of this block although they are not public, such as 10.0.0.0/8. Private and"
                            + " loopback addresses are refused otherwise, because no sender on the internet can use them. May be"
                            + " repeated.")
    List<String> allowed = new ArrayList<>();

    @Option(
            names = "--smtp-port",
            paramLabel = "PORT",
            defaultValue = "25",
            description = "The port of every MX. Default: ${DEFAULT-VALUE}.")
    int smtpPort = 25;

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "443",
            description =
                    "The port of every policy host. With another port than 443 only loopback addresses are connected"
                            + " to. Default: ${DEFAULT-VALUE}.")
    int httpsPort = 443;

    /** Made by picocli. */
    public NetworkOptions() {}

    /**
     * Makes what these options say.
     *
     * @param here where the command runs
     * @return the network, to be closed
     * @throws io.github.mtasts4j.cli.Refusal if an option makes no sense, or a file cannot be read
     */
    public Network open(Surroundings here) {
        return new Network(this, here);
    }
}
