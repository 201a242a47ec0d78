// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import io.github.mtasts4j.testkit.StsWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command {@code mta-sts} as it is given to people, a jar in a Java of its own, pointed to a little internet. */
public final class MtaStsJar {

    private static final Path JAR = Path.of(System.getProperty("mtasts.jar", "missing"));
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final List<String> network;
    private final PrivateDirectory directory;

    /**
     * The command in a world.
     *
     * @param world whose names it asks for
     * @param directory where it may write
     */
    public MtaStsJar(StsWorld world, PrivateDirectory directory) {
        if (!Files.isRegularFile(JAR)) {
            throw new AssertionError("there is no " + JAR + "; build it: ./mvnw -Pinterop package");
        }
        this.directory = directory;
        this.network = List.of(
                "--dns",
                world.dns().address().getAddress().getHostAddress() + ":"
                        + world.dns().address().getPort(),
                "--trust",
                directory.file("anchors.pem", Pem.of(world.ca().certificate())).toString(),
                "--allow-address",
                "127.0.0.0/8",
                "--https-port",
                String.valueOf(world.policyHost().port()));
    }

    /**
     * What a run left.
     *
     * @param code its exit code
     * @param out standard output
     * @param err standard error
     */
    public record Run(int code, String out, String err) {}

    /**
     * Runs a command that asks nobody but a store.
     *
     * @param env more environment variables
     * @param words the command line
     * @return what it left
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Run run(Map<String, String> env, String... words) throws InterruptedException {
        return run(env, List.of(words));
    }

    /**
     * Runs a command that asks the world.
     *
     * @param env more environment variables
     * @param words the command line
     * @return what it left
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Run runInWorld(Map<String, String> env, String... words) throws InterruptedException {
        return run(env, inWorld(words));
    }

    private List<String> inWorld(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(network);
        return all;
    }

    private static List<String> java(List<String> words) {
        List<String> command = new ArrayList<>(
                List.of(JAVA.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(words);
        return command;
    }

    private static Run run(Map<String, String> env, List<String> words) throws InterruptedException {
        try {
            Path err = Files.createTempFile("mtasts4j-err", "");
            ProcessBuilder builder = new ProcessBuilder(java(words)).redirectError(err.toFile());
            builder.environment().putAll(env);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            String complaints = Files.readString(err);
            Files.delete(err);
            return new Run(code, out, complaints);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts {@code mta-sts serve postfix} with metrics, and waits until it listens.
     *
     * @param name what to call it
     * @param env more environment variables, without anything that a shell would change
     * @param options more options
     * @return the server, to be closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Server serve(String name, Map<String, String> env, String... options) throws InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("serve", "postfix", "--listen", "inet:127.0.0.1:0", "--metrics", "127.0.0.1:0"));
        words.addAll(List.of(options));
        words.addAll(network);
        List<String> variables = new ArrayList<>();
        env.forEach((variable, value) -> variables.add(variable + "=" + value));
        Path pid = directory.path(name + ".pid");
        ServerProcess process = ServerProcess.start(
                "mta-sts " + name,
                "exec env " + String.join(" ", variables) + " sh -c 'echo $$ >" + pid + "; exec "
                        + String.join(" ", java(words)) + "'",
                "kill $(cat " + pid + ")");
        try {
            process.awaitReady("answers Postfix at inet:");
            return new Server(process);
        } catch (AssertionError | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    /** A server that runs. */
    public static final class Server implements AutoCloseable {

        private static final String SAYS = ".*inet:127\\.0\\.0\\.1:(\\d+), metrics at 127\\.0\\.0\\.1:(\\d+).*";

        private final ServerProcess process;
        private final String said;

        private Server(ServerProcess process) throws InterruptedException {
            this.process = process;
            this.said = process.log().await(0, "where it listens", line -> line.matches(SAYS));
        }

        /**
         * Where Postfix asks.
         *
         * @return an address on loopback
         */
        public InetSocketAddress address() {
            return new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(said.replaceFirst(SAYS, "$1")));
        }

        /**
         * What {@code smtp_tls_policy_maps} says to ask it.
         *
         * @return a table of Postfix's
         */
        public String maps() {
            return "socketmap:inet:127.0.0.1:" + address().getPort() + ":postfix";
        }

        /**
         * How it says it is.
         *
         * @return what {@code /health} says
         * @throws InterruptedException if the thread was interrupted while it waited
         */
        public String health() throws InterruptedException {
            URI page = URI.create("http://127.0.0.1:" + said.replaceFirst(SAYS, "$2") + "/health");
            try {
                return HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * What it logs.
         *
         * @return the log, which grows
         */
        public ServerLog log() {
            return process.log();
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
