// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Eight processes with one store, and the network that they see. */
final class Cluster implements AutoCloseable {

    /** Clocks of honest machines differ by less. */
    private static final Duration LAG = Duration.ofMinutes(4);

    static final int NODES = 8;

    private final int domains;
    private final ClusterLedger ledger = new ClusterLedger();
    private final StsWorld world = StsWorld.start();
    private final PrivateDirectory directory = PrivateDirectory.of("cluster");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final NodePlace place;
    private final AtomicReferenceArray<NodeProcess> nodes = new AtomicReferenceArray<>(NODES);

    /** Whoever starts a node, or tells all of them something that a new one has to know. */
    private final ReentrantLock change = new ReentrantLock();

    private NodeNetwork.State network = NodeNetwork.State.UP;
    private Duration later = Duration.ZERO;

    Cluster(String engine, int storePort, int domains, int real) throws InterruptedException {
        this.domains = domains;
        this.place = new NodePlace(
                engine,
                storePort,
                world.dns().address().getPort(),
                world.policyHost().port(),
                authority().toString(),
                real,
                System.currentTimeMillis());
        for (int i = 0; i < real; i++) {
            publishForReal(i);
        }
        for (int node = 0; node < NODES; node++) {
            start(node);
        }
    }

    private Path authority() {
        try {
            return Files.write(
                    directory.path("authority"), world.ca().certificate().getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    ClusterLedger ledger() {
        return ledger;
    }

    int domains() {
        return domains;
    }

    // ---- the nodes ----

    /** Starts a node, in place of the one that was killed. */
    void start(int node) throws InterruptedException {
        change.lock();
        try {
            NodeProcess started = NodeProcess.start(place, ledger::note);
            started.command("clock " + later.toMillis());
            started.command("network " + network);
            started.command("publish"
                    + IntStream.range(0, domains)
                            .filter(domain -> ledger.published(domain).number() > 1)
                            .mapToObj(this::publication)
                            .collect(Collectors.joining()));
            started.command("tick"); // Reads what there is.
            nodes.set(node, started);
        } finally {
            change.unlock();
        }
    }

    void kill(int node) throws InterruptedException {
        nodes.get(node).kill();
    }

    NodeProcess node(int node) {
        return nodes.get(node);
    }

    /** Says the same to all of them at once. */
    private void tell(String command) throws InterruptedException {
        all(node -> () -> nodes.get(node).command(command));
    }

    private <T> List<T> all(IntFunction<Callable<T>> work) throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> result :
                threads.invokeAll(IntStream.range(0, NODES).mapToObj(work).toList())) {
            try {
                results.add(result.get());
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
        return results;
    }

    /**
     * Lets time pass, and then a minute of all refreshers. Not all have the new time at once, and some work is always going on: so it
     * passes by steps of which a machine that is one behind takes no policy to be from the future.
     */
    void pass(Duration time) throws InterruptedException {
        change.lock();
        try {
            Duration left = time;
            do {
                Duration step = left.compareTo(LAG) < 0 ? left : LAG;
                later = later.plus(step);
                left = left.minus(step);
                tell("clock " + later.toMillis());
            } while (!left.isZero());
        } finally {
            change.unlock();
        }
        tell("tick");
    }

    /** Asks each node for domains of its own, and notes the answers. */
    List<Map<Integer, NodeState>> ask(IntFunction<List<Integer>> ofNode) throws InterruptedException {
        return all(node -> () -> ask(nodes.get(node), ofNode.apply(node)));
    }

    private Map<Integer, NodeState> ask(NodeProcess node, List<Integer> numbers) throws InterruptedException {
        BitSet bound = ledger.bound(node);
        Optional<String> answer = node.command(
                "ask" + numbers.stream().map(number -> " " + number).collect(Collectors.joining()));
        Map<Integer, NodeState> states = new HashMap<>();
        for (String one : answer.filter(text -> !text.isEmpty()).orElse("").split(" ", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                int domain = Integer.parseInt(one.substring(0, equals));
                NodeState state = NodeState.parse(one.substring(equals + 1));
                ledger.answer(node, domain, state, bound);
                states.put(domain, state);
            }
        }
        return states;
    }

    // ---- the network ----

    void network(NodeNetwork.State state) throws InterruptedException {
        change.lock();
        try {
            network = state;
            world.dns().heal();
            IntStream.range(0, place.real()).forEach(this::forReal);
            if (state == NodeNetwork.State.SILENT) {
                world.dns().fault(DnsFault.SERVFAIL);
            }
            tell("network " + state);
        } finally {
            change.unlock();
        }
    }

    /** Owners publish new policies, while nobody is fetching one: what is fetched later is never an older one. */
    void publish(List<Integer> numbers, Mode mode) throws InterruptedException {
        change.lock();
        try {
            numbers.forEach(number -> {
                ledger.publish(number, mode);
                if (number < place.real()) {
                    publishForReal(number);
                    forReal(number);
                }
            });
            tell("publish" + numbers.stream().map(this::publication).collect(Collectors.joining()));
        } finally {
            change.unlock();
        }
    }

    private String publication(int number) {
        return " " + number + ":" + ledger.published(number);
    }

    private void publishForReal(int number) {
        ClusterDomain domain = new ClusterDomain(number);
        ClusterDomain.Version version = ledger.published(number);
        world.domain(domain.toString()).publishes(version.id(), domain.policy(version));
    }

    /** Lets a real domain look as the state of the network has it. */
    private void forReal(int number) {
        ClusterDomain domain = new ClusterDomain(number);
        ClusterDomain.Version version = ledger.published(number);
        if (network == NodeNetwork.State.FORGED) {
            world.domain(domain.toString()).txtRemoved();
        } else {
            world.domain(domain.toString()).txt("v=STSv1; id=" + version.id() + ";");
        }
        world.policyHost()
                .respond(
                        domain.toString(),
                        network == NodeNetwork.State.UP
                                ? Reply.policy(domain.policy(version))
                                : Reply.withoutTls(Reply.Sabotage.RESET));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            for (int node = 0; node < NODES; node++) {
                if (nodes.get(node) != null) {
                    kill(node);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        world.close();
        directory.close();
    }
}
