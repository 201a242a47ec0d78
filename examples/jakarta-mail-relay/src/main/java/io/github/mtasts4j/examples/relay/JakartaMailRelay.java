// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.jakartamail.MxConnector;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * {@code JakartaMailRelay spool bob@sender.example alice@example.com < message.eml} takes a message into the spool;
 * {@code JakartaMailRelay spool} delivers what is in it, until it is stopped.
 */
public final class JakartaMailRelay {

    private static final int SECONDS_BETWEEN_RUNS = 10;

    private JakartaMailRelay() {}

    /**
     * Takes a message, or runs.
     *
     * @param args the spool directory, and perhaps sender and recipient
     * @throws IOException if the spool cannot be read or written
     * @throws MessagingException if there is no SMTP provider
     * @throws InterruptedException if it was interrupted
     */
    public static void main(String[] args) throws IOException, MessagingException, InterruptedException {
        Path directory = Path.of(args[0]);
        if (args.length == 3) {
            new Spool(directory)
                    .accept(
                            args[1],
                            args[2],
                            System.in.readAllBytes(),
                            InstantSource.system().instant());
        } else {
            run(directory);
        }
    }

    private static void run(Path directory) throws IOException, MessagingException, InterruptedException {
        DnsJavaResolver dns = DnsJavaResolver.system().build();
        try (ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                        .addresses(dns.addressLookup())
                        .build();
                MtaSts sts = MtaSts.builder(dns.txtLookup(), fetcher)
                        .store(FilePolicyStore.in(directory.resolve("mta-sts")))
                        .build()) {
            // [setup]
            MxTls tls = new MxTls(CertificateVerifier.trustingSystem(), InstantSource.system());
            Properties sender = new Properties();
            sender.setProperty("mail.smtp.localhost", "sender.example");
            MxConnector connector = new MxConnector(sts, tls, sender);
            // [/setup]
            Delivery delivery = new Delivery(
                    connector, dns.mxLookup(), mx -> InetSocketAddress.createUnresolved(mx.toString(), 25));
            Relay relay = new Relay(sts, new Spool(directory), delivery, InstantSource.system(), System.err);
            while (!Thread.currentThread().isInterrupted()) {
                relay.runOnce();
                TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_RUNS);
            }
        }
    }
}
