// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The servers for all cells of one DNS case, each of which has a domain of its own, and two senders with the real
 * adapters and one store: a hasty one for fetches that would never end, and one that has patience with a busy machine
 * for all others.
 */
final class FaultWorld implements AutoCloseable {

    /** An address where nobody listens. */
    static final String NOBODY = "127.0.0.2";

    /** An address that does not answer. */
    static final String BLACKHOLE = "127.0.0.3";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration HASTY = Duration.ofMillis(300);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration SLACK = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofMinutes(2);
    private static final int TRIES = 3;

    private final DnsCase dnsCase;
    private final TestCa ca;
    private final DnsServer dns = DnsServer.start();
    private final DnsServer lame = DnsServer.start().fault(DnsFault.REFUSED);
    private final PolicyHost policyHost = PolicyHost.start();
    private final FullQueue blackhole;
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private final Lanes lanes;
    private final Events events = new Events();
    private final AtomicInteger flights = new AtomicInteger();
    private final ExecutorService executor;
    private final MtaSts hasty;
    private final MtaSts patient;

    FaultWorld(DnsCase dnsCase, TestCa ca, int parallel) {
        this.dnsCase = dnsCase;
        this.ca = ca;
        this.blackhole = FullQueue.at(BLACKHOLE, policyHost.port());
        CertificateVerifier verifier = CertificateVerifier.trusting(List.of(ca.certificate()));
        DnsJavaResolver addresses = resolver(DnsCase.Pace.ANSWERS);
        this.lanes = new Lanes(
                parallel,
                () -> ApachePolicyFetcher.builder()
                        .addresses(addresses.addressLookup())
                        .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                        .trust(verifier)
                        .port(policyHost.port())
                        .build());
        this.executor = Executors.newFixedThreadPool(
                parallel, task -> new Thread(task, "matrix-flight-" + flights.incrementAndGet()));
        DnsJavaResolver txt = resolver(dnsCase.pace());
        this.hasty = sender(txt, HASTY, parallel);
        this.patient = sender(txt, PATIENT, parallel);
    }

    private DnsJavaResolver resolver(DnsCase.Pace pace) {
        InetSocketAddress[] servers = dnsCase.lameServerFirst()
                ? new InetSocketAddress[] {lame.address(), dns.address()}
                : new InetSocketAddress[] {dns.address()};
        return DnsJavaResolver.servers(servers)
                .tries(TRIES)
                .tryTimeout(pace.tryTimeout())
                .build();
    }

    private MtaSts sender(DnsJavaResolver txt, Duration fetchTimeout, int parallel) {
        return MtaSts.builder(txt.txtLookup(), lanes)
                .withoutRefresh()
                .clock(new MovableClock())
                .store(store)
                .executor(executor)
                .recorder(events)
                .settings(ResolverSettings.defaults()
                        .withRecheckInterval(Duration.ZERO)
                        .withFetchTimeout(fetchTimeout)
                        .withForegroundWait(Duration.ofSeconds(60))
                        .withFlights(parallel, 10_000))
                .build();
    }

    DnsServer dns() {
        return dns;
    }

    PolicyHost policyHost() {
        return policyHost;
    }

    MemoryPolicyStore store() {
        return store;
    }

    MtaSts senderFor(HttpsCase https) {
        return https.stalls() ? hasty : patient;
    }

    /** How long a resolution may take: every try of a look-up and the whole of a fetch, and the machine is busy. */
    Duration deadline(HttpsCase https) {
        return dnsCase.pace()
                .tryTimeout()
                .multipliedBy(TRIES)
                .plus(https.stalls() ? HASTY : PATIENT)
                .plus(SLACK);
    }

    /** What the recorder of TLS reports has been told of a domain, in order. */
    List<DiscoveryResult> eventsOf(DomainName domain) {
        return List.copyOf(events.of(domain));
    }

    void servesHonestly(DomainName domain) {
        serves(domain, Reply.policy(CacheState.publishedText(domain)));
    }

    void serves(DomainName domain, Reply reply) {
        dns.host("mta-sts." + domain, LOOPBACK);
        policyHost.serve(domain.toString(), ca.issue("mta-sts." + domain), reply);
    }

    void inflicts(HttpsFault fault, DomainName domain) {
        dns.host("mta-sts." + domain, LOOPBACK);
        fault.inflict(policyHost, domain.toString(), ca);
    }

    /** Whether every fetch has given back its lane, which is to say that it has ended. */
    boolean isIdle() {
        return lanes.isIdle();
    }

    /** Waits for what goes on behind answers that were given. Nothing takes off any more. */
    void settle() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(SETTLING.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("discoveries go on and on");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        hasty.close();
        patient.close();
        lanes.close();
        policyHost.close();
        dns.close();
        lame.close();
        blackhole.close();
    }

    private static final class Events implements TlsReportRecorder {

        private final Map<DomainName, Queue<DiscoveryResult>> results = new ConcurrentHashMap<>();

        Queue<DiscoveryResult> of(DomainName domain) {
            return results.computeIfAbsent(domain, d -> new ConcurrentLinkedQueue<>());
        }

        @Override
        public void discoveryFailed(DiscoveryResult result) {
            of(result.domain()).add(result);
        }
    }

    /**
     * One fetcher for each fetch at a time: all Policy Hosts share an address here, and a fetcher is at an address twice
     * at most.
     */
    private static final class Lanes implements PolicyFetcher, AutoCloseable {

        private final List<ApachePolicyFetcher> all = new ArrayList<>();
        private final BlockingQueue<ApachePolicyFetcher> free = new LinkedBlockingQueue<>();

        Lanes(int count, Supplier<ApachePolicyFetcher> fetchers) {
            for (int i = 0; i < 2 * count; i++) {
                all.add(fetchers.get());
            }
            free.addAll(all);
        }

        @Override
        public Result fetch(Request request) throws InterruptedException {
            ApachePolicyFetcher fetcher = free.take();
            try {
                return fetcher.fetch(request);
            } finally {
                free.add(fetcher);
            }
        }

        boolean isIdle() {
            return free.size() == all.size();
        }

        @Override
        public void close() {
            all.forEach(ApachePolicyFetcher::close);
        }
    }

    /** A listener that accepts nobody and whose queue is full, so that the system does not answer further SYNs. */
    private record FullQueue(ServerSocket listener, List<Socket> waiting) implements AutoCloseable {

        private static final int MORE_THAN_FIT = 16;
        private static final int LONG_ENOUGH = 50;

        static FullQueue at(String address, int port) {
            try {
                InetAddress host = InetAddress.getByName(address);
                FullQueue queue = new FullQueue(new ServerSocket(port, 1, host), new ArrayList<>());
                queue.fill(new InetSocketAddress(host, port));
                return queue;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void fill(SocketAddress address) {
            for (int i = 0; i < MORE_THAN_FIT; i++) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(address, LONG_ENOUGH);
                } catch (IOException e) {
                    return; // Full.
                }
            }
        }

        @Override
        public void close() {
            try {
                for (Socket socket : waiting) {
                    socket.close();
                }
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
