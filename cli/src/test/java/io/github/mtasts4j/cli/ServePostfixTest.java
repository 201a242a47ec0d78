// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mta-sts serve postfix} from its options to the answer, as a person runs it. */
final class ServePostfixTest {

    private static final int PATIENCE_SECONDS = 60;

    private final Path directory;
    private final Lab lab;

    ServePostfixTest(@TempDir Path directory) {
        this.directory = directory;
        this.lab = new Lab(directory);
    }

    @BeforeEach
    void publish() {
        lab.sound("bank.example");
        lab.sound("xn--fa-hia.example");
        lab.sound("careful.example").tests("mx.careful.example");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** The command in a thread of its own, which is told to end as the process would be. */
    private final class Served implements AutoCloseable {

        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        private final FutureTask<Integer> run;
        private final Thread thread;

        Served(String... options) {
            Surroundings here = new Surroundings(
                    new ByteArrayInputStream(new byte[0]),
                    new PrintStream(new Lines(lines), true, StandardCharsets.UTF_8),
                    new PrintStream(complaints, true, StandardCharsets.UTF_8),
                    Map.of(),
                    false,
                    false,
                    lab.world.clock());
            String[] words = new String[options.length + 1];
            words[0] = "postfix";
            System.arraycopy(options, 0, words, 1, options.length);
            run = new FutureTask<>(() -> MtaStsCommand.run(here, lab.args("serve", words)));
            thread = new Thread(run, "served");
            thread.start();
        }

        String says() throws InterruptedException {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as(complaints.toString(StandardCharsets.UTF_8)).isNotNull();
            return String.valueOf(line);
        }

        int end() {
            thread.interrupt();
            try {
                return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("it did not end as told", e);
            }
        }

        @Override
        public void close() {
            end();
        }
    }

    private static final class Lines extends ByteArrayOutputStream {

        private final BlockingQueue<String> lines;

        Lines(BlockingQueue<String> lines) {
            this.lines = lines;
        }

        @Override
        public synchronized void write(byte[] octets, int from, int length) {
            super.write(octets, from, length);
            handOver();
        }

        @Override
        public synchronized void write(int octet) {
            super.write(octet);
            handOver();
        }

        private void handOver() {
            String text = toString(StandardCharsets.UTF_8);
            if (text.endsWith("\n")) {
                reset();
                text.lines().forEach(lines::add);
            }
        }
    }

    private static int portIn(String line) {
        return Integer.parseInt(line.replaceFirst(".*inet:127\\.0\\.0\\.1:(\\d+).*", "$1"));
    }

    private static SocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void postfixIsAnsweredUntilTheCommandIsToldToEnd() throws Exception {
        try (Served served = new Served("--listen", "inet:127.0.0.1:0")) {
            SocketAddress server = at(portIn(served.says()));

            assertThat(Socketmap.ask(server, "bank.example"))
                    .isEqualTo("OK secure match=mx.bank.example servername=hostname");
            assertThat(Socketmap.ask(server, "faß.example"))
                    .isEqualTo("OK secure match=mx.xn--fa-hia.example servername=hostname");
            assertThat(Socketmap.ask(server, "careful.example")).startsWith("NOTFOUND");
            assertThat(Socketmap.ask(server, ".bank.example")).startsWith("NOTFOUND");
            assertThat(served.end()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void attributesMetricsStoreAndSocketAreAsTheOptionsSay() throws Exception {
        Path socket = directory.resolve("socket");
        Path store = directory.resolve("store");
        try (Served served = new Served(
                "--json",
                "--attributes",
                "--listen=unix:" + socket,
                "--metrics=127.0.0.1:0",
                "--store=file:" + store)) {
            String line = served.says();
            assertThat(line).contains("\"listening\":\"unix:" + socket + "\"");
            assertThat(Socketmap.ask(UnixDomainSocketAddress.of(socket), "bank.example"))
                    .contains("policy_type=sts", "policy_domain=bank.example", "mx_host_pattern=mx.bank.example");
            int port = Integer.parseInt(line.replaceFirst(".*\"metrics\":\"127\\.0\\.0\\.1:(\\d+)\".*", "$1"));
            assertThat(get(port, "/health")).isEqualTo("ok\n");
            assertThat(get(port, "/metrics")).contains("mtasts_postfix_answers_total{answer=\"secure\"} 1");
        }
        assertThat(socket).doesNotExist();
        assertThat(new Run.In()
                        .clock(lab.world.clock())
                        .run("cache", "list", "--store", "file:" + store)
                        .out())
                .contains("bank.example", "1 policy, 1 in force");
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void theOperatorsOwnRulesCount() throws Exception {
        Path rules = Files.writeString(
                directory.resolve("rules"),
                "domain: bank.example\naction: ignore\nuntil: 2026-01-05\nreason: ticket 4711, their certificate\n");
        try (Served served = new Served("--listen", "inet:127.0.0.1:0", "--overrides", rules.toString())) {
            assertThat(Socketmap.ask(at(portIn(served.says())), "bank.example")).startsWith("NOTFOUND");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--listen=somewhere, takes inet:ADDRESS:PORT or unix:PATH",
        "--listen=inet:127.0.0.1, no such port",
        "--listen=inet:mail.example:25, not an address",
        "--metrics=8462, not an address",
        "--store=mongo:x, no such kind of store",
        "--overrides=/nonexistent/file, cannot use /nonexistent/file"
    })
    void whatMakesNoSenseIsRefusedInOneLine(String option, String complaint) {
        Run run = lab.run("serve", "postfix", option);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(complaint).hasLineCount(1);
    }

    @Test
    void aPortThatIsTakenIsToldOf() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Run run = lab.run("serve", "postfix", "--listen=inet:127.0.0.1:" + other.getLocalPort());

            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("cannot listen at inet:127.0.0.1:" + other.getLocalPort());
        }
    }
}
