// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.interop.DebianPackage;
import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerLog;
import io.github.mtasts4j.interop.ServerProcess;
import io.github.mtasts4j.policy.DomainName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A private Postfix that plays as many MX hosts as it is given, each on a port of its own. It has its own configuration,
 * queue and mailboxes, and knows nothing of the machine's.
 */
final class PostfixMx implements AutoCloseable {

    static final DebianPackage POSTFIX = new DebianPackage("postfix", Path.of("/usr/sbin/postfix"));

    private final PrivateDirectory directory;
    private final ServerProcess process;
    private final Map<String, InetSocketAddress> addresses;

    private PostfixMx(PrivateDirectory directory, ServerProcess process, Map<String, InetSocketAddress> addresses) {
        this.directory = directory;
        this.process = process;
        this.addresses = addresses;
    }

    /** Starts it with a port for each host, and waits until it listens. */
    static PostfixMx start(List<Smtpd> hosts) throws InterruptedException {
        Map<Smtpd, InetSocketAddress> ports = new LinkedHashMap<>();
        hosts.forEach(host -> ports.put(host, FreePorts.next()));
        return start(ports);
    }

    /** Starts it with these ports, and waits until it listens. */
    static PostfixMx start(Map<Smtpd, InetSocketAddress> hosts) throws InterruptedException {
        Path postfix = POSTFIX.require();
        POSTFIX.requireRoot();
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        hosts.forEach((host, address) -> addresses.put(host.host(), address));
        PrivateDirectory directory = PrivateDirectory.of("postfix");
        String command = postfix + " -c " + PostfixConfig.write(directory, hosts);
        ServerProcess process = ServerProcess.start("Postfix", command + " start-fg", command + " stop");
        PostfixMx mx = new PostfixMx(directory, process, addresses);
        try {
            process.awaitReady("daemon started"); // It listens on all ports before it says so.
            return mx;
        } catch (AssertionError | InterruptedException e) {
            mx.close();
            throw e;
        }
    }

    /** Where a host listens; one that is not Postfix's is an error of the test. */
    InetSocketAddress addressOf(DomainName host) {
        InetSocketAddress address = addresses.get(host.toString());
        if (address == null) {
            throw new IllegalArgumentException(host + " is none of " + addresses.keySet());
        }
        return address;
    }

    /** Where everything is that it has. */
    Path directory() {
        return directory.path("");
    }

    ServerLog log() {
        return process.log();
    }

    /** The lines of one host since a mark. */
    List<String> saidBy(String host, int mark) {
        return log().since(mark).stream()
                .filter(line -> line.contains(service(host)))
                .toList();
    }

    /** Waits for the ends of so many sessions, from a mark on. */
    List<SmtpSession> awaitSessions(int mark, String host, int count) throws InterruptedException {
        return log()
                .await(
                        mark,
                        count,
                        "the end of " + count + " sessions with " + host,
                        line -> line.contains(service(host)) && line.contains(SmtpSession.END))
                .stream()
                .map(SmtpSession::parse)
                .toList();
    }

    /** Waits for the end of a session, from a mark on. */
    SmtpSession awaitSession(int mark, String host) throws InterruptedException {
        return awaitSessions(mark, host, 1).get(0);
    }

    /** Waits until Postfix has delivered a message to a recipient, and reads all that have arrived. */
    List<ArrivedMail> awaitMail(int mark, String recipient) throws InterruptedException {
        String attempt = " to=<" + recipient + ">, relay=virtual, ";
        String line = log().await(mark, "what became of mail to " + recipient, said -> said.contains(attempt));
        if (!line.contains(" status=sent ")) {
            throw new AssertionError("Postfix cannot deliver\n" + log());
        }
        return mailbox(recipient);
    }

    /** What has arrived for a recipient so far. */
    List<ArrivedMail> mailbox(String recipient) {
        Path arrived = directory.path("mail/everybody/new");
        if (!Files.exists(arrived)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(arrived)) {
            return files.map(PostfixMx::read)
                    .filter(mail -> mail.isFor(recipient))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String service(String host) {
        return " " + Smtpd.syslogName(host) + "/smtpd[";
    }

    private static ArrivedMail read(Path file) {
        try {
            return ArrivedMail.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it and removes all that it had. */
    @Override
    public void close() {
        process.close();
        directory.close();
    }
}
