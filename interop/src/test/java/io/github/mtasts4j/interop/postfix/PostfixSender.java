// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.interop.FreePorts;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.ServerLog;
import io.github.mtasts4j.interop.ServerProcess;
import io.github.mtasts4j.testkit.smtp.SendResult;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A private Postfix that sends mail in a {@link LittleInternet}, and asks somebody for the TLS policy of each domain. */
final class PostfixSender implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String MAIN = """
            compatibility_level = 3.6
            config_directory = $dir/etc
            queue_directory = $dir/queue
            data_directory = $dir/data
            maillog_file = /dev/stdout
            myhostname = sender.example
            mydestination =
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            smtpd_peername_lookup = no
            in_flow_delay = 0
            alias_maps =
            alias_database =
            smtpd_relay_restrictions = permit_mynetworks, reject
            smtpd_tls_security_level = none
            smtp_tls_security_level = may
            smtp_tls_policy_maps = $maps
            smtp_tls_CAfile = $trusted
            smtp_tls_mandatory_protocols = >=TLSv1.2
            smtp_tls_loglevel = 1
            """;

    private static final String SERVICES = """
            $port inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            tlsmgr unix - - n 1000? 1 tlsmgr
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final PrivateDirectory directory;
    private final ServerProcess process;
    private final InetSocketAddress submission;
    private final String maps;

    private PostfixSender(
            PrivateDirectory directory, ServerProcess process, InetSocketAddress submission, String maps) {
        this.directory = directory;
        this.process = process;
        this.submission = submission;
        this.maps = maps;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param maps what {@code smtp_tls_policy_maps} says
     * @param settings more lines of {@code main.cf}, which override those here
     */
    static PostfixSender start(LittleInternet internet, String maps, String... settings) throws InterruptedException {
        Path postfix = PostfixMx.POSTFIX.require();
        PostfixMx.POSTFIX.requireRoot();
        PrivateDirectory directory = PrivateDirectory.of("sender");
        InetSocketAddress submission = FreePorts.next();
        Path config = write(directory, internet, maps, submission, settings);
        String command = postfix + " -c " + config;
        ServerProcess process = ServerProcess.start(
                "Postfix", internet.inside(command + " start-fg", directory.path("pid")), command + " stop");
        PostfixSender sender = new PostfixSender(directory, process, submission, maps);
        try {
            process.awaitReady("daemon started");
            return sender;
        } catch (AssertionError | InterruptedException e) {
            sender.close();
            throw e;
        }
    }

    private static Path write(
            PrivateDirectory directory,
            LittleInternet internet,
            String maps,
            InetSocketAddress submission,
            String... settings) {
        directory.directory("queue", "root");
        directory.directory("data", "postfix");
        Path config = directory.directory("etc", "root");
        String main = MAIN.replace("$dir", directory.path("").toString())
                .replace("$maps", maps)
                .replace("$trusted", internet.trusted().toString());
        directory.file("etc/main.cf", main + String.join("\n", settings) + "\n");
        directory.file("etc/master.cf", SERVICES.replace("$port", "127.0.0.1:" + submission.getPort()));
        return config;
    }

    ServerLog log() {
        return process.log();
    }

    /** Hands a message over, and waits for the line that says what became of it at the first attempt. */
    String send(String recipient) throws InterruptedException {
        int mark = log().mark();
        try (SmtpConnection connection = SmtpConnection.connect(submission, PATIENCE, PATIENCE)) {
            connection.declineTls();
            SendResult result = connection
                    .approve()
                    .send("bob@sender.example", List.of(recipient), "Subject: Hello\r\n\r\nHello.\r\n");
            if (!(result instanceof SendResult.Accepted)) {
                throw new AssertionError(result + "\n" + log());
            }
        }
        return log().await(
                        mark,
                        "what became of mail to " + recipient,
                        line -> line.contains(" to=<" + recipient + ">, ") && line.contains(" status="));
    }

    /** What {@code postmap -q} says of a key: the value, or nothing. */
    String postmap(String key) throws IOException, InterruptedException {
        Process query = new ProcessBuilder(
                        "postmap", "-c", directory.path("etc").toString(), "-q", key, maps)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(query.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        query.waitFor();
        return said.strip();
    }

    @Override
    public void close() {
        process.close();
        directory.close();
    }
}
