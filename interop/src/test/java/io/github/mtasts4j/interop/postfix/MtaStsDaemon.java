// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resolver of Debian's package {@code postfix-mta-sts-resolver}, in a {@link LittleInternet}, with its cache in memory. */
final class MtaStsDaemon implements AutoCloseable {

    private static final DebianPackage PACKAGE =
            new DebianPackage("postfix-mta-sts-resolver", Path.of("/usr/bin/mta-sts-daemon"));

    private final PrivateDirectory directory;
    private final ServerProcess process;
    private final InetSocketAddress address;

    private MtaStsDaemon(PrivateDirectory directory, ServerProcess process, InetSocketAddress address) {
        this.directory = directory;
        this.process = process;
        this.address = address;
    }

    /** Starts it and waits until it listens. */
    static MtaStsDaemon start(LittleInternet internet) throws InterruptedException {
        Path program = PACKAGE.require();
        PACKAGE.requireRoot();
        PrivateDirectory directory = PrivateDirectory.of("daemon");
        InetSocketAddress address = FreePorts.next();
        Path config = directory.file("daemon.yml", """
                host: 127.0.0.1
                port: %d
                cache:
                  type: internal
                  options:
                    cache_size: 100000
                default_zone:
                  strict_testing: false
                  timeout: 20
                """.formatted(address.getPort()));
        String command = "env SSL_CERT_FILE=" + internet.trusted() + " " + program + " -c " + config;
        Path pid = directory.path("pid");
        String stop = "kill -INT $(cat " + pid + ")";
        ServerProcess process = ServerProcess.start("mta-sts-daemon", internet.inside(command, pid), stop);
        MtaStsDaemon daemon = new MtaStsDaemon(directory, process, address);
        try {
            process.awaitReady("Server started.");
            return daemon;
        } catch (AssertionError | InterruptedException e) {
            daemon.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** The number of its process. */
    long pid() throws IOException {
        return Long.parseLong(Files.readString(directory.path("pid")).strip());
    }

    @Override
    public void close() {
        process.close();
        directory.close();
    }
}
