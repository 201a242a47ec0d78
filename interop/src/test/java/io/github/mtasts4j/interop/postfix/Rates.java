// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.https.PolicyHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Questions a second over 16 connections, of our server, of Debian's {@code postfix-mta-sts-resolver} and of a bare server in
 * Java, in turns: about domains that they know, and about such that they do not. Then ours is there a second time, with the
 * Amazon Corretto Crypto Provider; the recipients' servers, on the same processors, have it in any case. No test, it asserts nothing.
 */
final class Rates {

    private static final int CONNECTIONS = 16;
    private static final int KNOWN = 500;
    private static final int ROUNDS = 5;
    private static final int COLD = 2000;

    /** A server runs for weeks; what it costs while the JIT is at work is paid once. */
    private static final int COLD_FOR_THE_COMPILER = Integer.getInteger("mtasts.contacts", 4000);

    private static final Duration WARM_TIME = Duration.ofSeconds(5);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<PolicyHost> providers = new ArrayList<>();
    private final LittleInternet internet;

    private Rates(LittleInternet internet) {
        this.internet = internet;
    }

    private record Server(String name, InetSocketAddress address, ProcessHandle process, List<Double> rates) {

        double median() {
            double[] sorted =
                    rates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /** Takes what to measure: {@code warm}, {@code cold} or both. */
    public static void main(String[] args) throws Exception {
        AmazonCorrettoCryptoProvider.install();
        try (LittleInternet internet = LittleInternet.start()) {
            Rates rates = new Rates(internet);
            try {
                rates.run(args[0]);
            } finally {
                for (AutoCloseable resource : rates.open) {
                    resource.close();
                }
            }
        }
        System.exit(0);
    }

    private void run(String what) throws Exception {
        startProviders();
        Server bare = java("bare", "bare");
        Server ours = ours("ours", "jdk");
        MtaStsDaemon daemon = MtaStsDaemon.start(internet);
        open.add(0, daemon);
        Server theirs = new Server(
                "theirs", daemon.address(), ProcessHandle.of(daemon.pid()).orElseThrow(), new ArrayList<>());
        if (what.contains("warm")) {
            warm(bare, ours, theirs);
        }
        if (what.contains("cold")) {
            cold(ours, ours("native", "native"), theirs);
        }
    }

    private Server ours(String name, String cryptography) throws IOException {
        return java(
                name,
                internet.world().dns().address().getAddress().getHostAddress(),
                internet.trusted().toString(),
                cryptography);
    }

    private Server java(String name, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                RateServer.class.getName()));
        command.addAll(Arrays.asList(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        open.add(0, () -> {
            process.getOutputStream().close();
            process.waitFor();
        });
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("port ")) {
                InetSocketAddress address =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(5)));
                return new Server(name, address, process.toHandle(), new ArrayList<>());
            }
        }
        throw new IOException(name + " has not started");
    }

    /** Domains at several addresses, as of several providers: a sender is at each of them with two fetches at a time. */
    private String[] publish(String zone, int count) {
        StsWorld world = internet.world();
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = "d" + i + "." + zone + ".example";
            PolicyHost host = providers.get(i % providers.size());
            String policy = RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx." + names[i]);
            host.serve(names[i], world.ca().issue("mta-sts." + names[i]), policy);
            world.dns()
                    .host("mta-sts." + names[i], host.address().getHostAddress())
                    .txt("_mta-sts." + names[i], "v=STSv1; id=1;");
        }
        return names;
    }

    private void startProviders() throws IOException {
        byte[] octets = internet.world().dns().address().getAddress().getAddress();
        for (int i = 1; i <= CONNECTIONS; i++) {
            octets[3]++;
            PolicyHost host = PolicyHost.start(new InetSocketAddress(InetAddress.getByAddress(octets), 443));
            open.add(0, host);
            providers.add(host);
        }
    }

    private void warm(Server... servers) throws Exception {
        String[] known = publish("warm", KNOWN);
        for (Server server : servers) {
            ask(server, each(known));
        }
        for (int round = 0; round <= ROUNDS; round++) {
            for (Server server : servers) {
                long end = System.nanoTime() + WARM_TIME.toNanos();
                measure(
                        "warm",
                        round,
                        server,
                        () -> System.nanoTime() < end
                                ? known[ThreadLocalRandom.current().nextInt(KNOWN)]
                                : "");
            }
        }
        report("warm", servers);
    }

    private void cold(Server... servers) throws Exception {
        for (int round = 0; round <= ROUNDS; round++) {
            String[] names = publish("cold" + round, round == 0 ? COLD_FOR_THE_COMPILER : COLD);
            for (Server server : servers) {
                measure("cold", round, server, each(names));
            }
        }
        report("cold", servers);
    }

    private static Supplier<String> each(String... names) {
        AtomicInteger next = new AtomicInteger();
        return () -> {
            int i = next.getAndIncrement();
            return i < names.length ? names[i] : "";
        };
    }

    /** The first round is for the compiler. */
    private static void measure(String what, int round, Server server, Supplier<String> keys) throws Exception {
        long cpu = cpu(server);
        long start = System.nanoTime();
        long count = ask(server, keys);
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = count / seconds;
        System.out.printf(
                Locale.ROOT,
                "%s, round %d, %-6s %9.0f a second, %7.1f us CPU each%n",
                what,
                round,
                server.name,
                rate,
                (cpu(server) - cpu) / 1e3 / count);
        if (round > 0) {
            server.rates.add(rate);
        }
    }

    private static long cpu(Server server) {
        return server.process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    private static void report(String what, Server... servers) {
        for (Server server : servers) {
            for (Server other : servers) {
                if (!server.name.equals(other.name)) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s: %s / %s = %.2f%n",
                            what,
                            server.name,
                            other.name,
                            server.median() / other.median());
                }
            }
        }
        Arrays.stream(servers).forEach(server -> server.rates.clear());
    }

    /** Asks until there is an empty key; how many questions that were. */
    private static long ask(Server server, Supplier<String> keys) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CONNECTIONS);
        LongAdder count = new LongAdder();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            all.add(pool.submit(() -> {
                try (Socketmap map = new Socketmap(server.address)) {
                    for (String key = keys.get(); !key.isEmpty(); key = keys.get()) {
                        String answer = map.ask(key);
                        if (!answer.startsWith("OK secure match=mx.")) {
                            throw new IOException(key + ": " + answer);
                        }
                        count.increment();
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        return count.sum();
    }
}
