// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.policy.Mode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is published, what the nodes have said and learnt, and where that cannot be: a policy that is gone, or older than before, mail in
 * the clear to a domain that the node knew to enforce.
 */
final class ClusterLedger {

    private static final int MOST_TOLD = 16;

    private final Map<Integer, List<Mode>> published = new HashMap<>();
    private final Map<NodeProcess, Node> nodes = new HashMap<>();
    private final Map<Integer, Kept> kept = new HashMap<>();
    private final List<Long> spreads = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();

    /** What was told lately of each domain, and of stores: for who has to find out what went wrong. */
    private final Map<String, Deque<String>> told = new HashMap<>();

    private long acknowledged;
    private long fetches;
    private int losses;

    /** What one process has said, and which domains it knows to enforce. */
    private static final class Node {
        private final Map<Integer, NodeState.Held> said = new HashMap<>();
        private final BitSet bound = new BitSet();
    }

    /** The latest version that the store has acknowledged. */
    private record Kept(int version, long at) {}

    // ---- what is published ----

    synchronized ClusterDomain.Version publish(int domain, Mode mode) {
        List<Mode> modes = published.computeIfAbsent(domain, unused -> new ArrayList<>(List.of(Mode.ENFORCE)));
        modes.add(mode);
        return new ClusterDomain.Version(modes.size(), mode);
    }

    synchronized ClusterDomain.Version published(int domain) {
        List<Mode> modes = published.getOrDefault(domain, List.of(Mode.ENFORCE));
        return new ClusterDomain.Version(modes.size(), modes.get(modes.size() - 1));
    }

    private boolean wasPublished(int domain, ClusterDomain.Version version) {
        List<Mode> modes = published.getOrDefault(domain, List.of(Mode.ENFORCE));
        return version.number() <= modes.size() && modes.get(version.number() - 1) == version.mode();
    }

    // ---- what nodes tell ----

    /** Takes a line that a process has written by itself. */
    synchronized void note(NodeProcess process, String line) {
        String[] words = line.split(" ", -1);
        boolean isOfDomain = words.length > 1 && Character.isDigit(words[1].charAt(0));
        Deque<String> lately = told.computeIfAbsent(isOfDomain ? words[1] : "", unused -> new ArrayDeque<>());
        if (!line.equals("watches")) {
            lately.add(Instant.now() + " " + process + " " + line);
        }
        if (lately.size() > (isOfDomain ? MOST_TOLD : MOST_TOLD * MOST_TOLD)) {
            lately.remove();
        }
        switch (words[0]) {
            case "fetch" -> fetches++;
            case "lost" -> losses++;
            case "kept" -> {
                int version = ClusterDomain.Version.parse(words[2]).number();
                kept.merge(
                        Integer.parseInt(words[1]),
                        new Kept(version, System.nanoTime()),
                        (before, now) -> now.version >= before.version ? now : before);
            }
            case "seen" -> see(process, Integer.parseInt(words[1]), ClusterDomain.Version.parse(words[2]));
            default -> {}
        }
        acknowledged++;
        notifyAll();
    }

    /** What was told lately of a domain. */
    synchronized String told(int domain) {
        return String.join("\n  ", told.getOrDefault(String.valueOf(domain), new ArrayDeque<>()));
    }

    /** What was told lately of the stores of all. */
    synchronized String told() {
        return String.join("\n  ", told.getOrDefault("", new ArrayDeque<>()));
    }

    private void see(NodeProcess process, int domain, ClusterDomain.Version version) {
        Node node = node(process);
        node.bound.set(domain, version.mode() == Mode.ENFORCE);
        Kept first = kept.get(domain);
        if (first != null && first.version == version.number()) {
            spreads.add(System.nanoTime() - first.at);
        }
    }

    private Node node(NodeProcess process) {
        return nodes.computeIfAbsent(process, unused -> new Node());
    }

    /** Which domains a process knows to enforce: for {@link #answer}, as it was when it was asked. */
    synchronized BitSet bound(NodeProcess process) {
        return (BitSet) node(process).bound.clone();
    }

    /** Takes what a process has answered of one domain. */
    synchronized void answer(NodeProcess process, int domain, NodeState state, BitSet bound) {
        Node node = node(process);
        NodeState.Held before = node.said.get(domain);
        if (state.policy().isPresent()) {
            NodeState.Held now = state.policy().get();
            if (!wasPublished(domain, now.version())) {
                wrong("nobody has published", domain, state, before);
            }
            if (before != null
                    && (now.version().number() < before.version().number() || now.fetchedAt() < before.fetchedAt())) {
                wrong("rolled back", domain, state, before);
            }
            if (state.clear() && now.version().mode() == Mode.ENFORCE) {
                wrong("enforces nothing", domain, state, before);
            }
            node.said.put(domain, now);
            node.bound.set(domain, now.version().mode() == Mode.ENFORCE);
        } else {
            boolean known = bound.get(domain) && published(domain).mode() == Mode.ENFORCE;
            if (before != null) {
                wrong("lost", domain, state, before);
            } else if (state.clear() && known) {
                wrong("in the clear", domain, state, before);
            }
        }
        acknowledged++;
        notifyAll();
    }

    private void wrong(String what, int domain, NodeState state, NodeState.@Nullable Held before) {
        wrongs.add(what + ": " + domain + " " + state + " after " + before + ", published " + published(domain));
    }

    // ---- what came of it ----

    synchronized List<String> wrongs() {
        return List.copyOf(wrongs);
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized void awaitAcknowledged(long count) throws InterruptedException {
        while (acknowledged < count) {
            wait();
        }
    }

    /** Waits for anything to happen, for a second at most. */
    synchronized void awaitNews() throws InterruptedException {
        long before = acknowledged;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (acknowledged == before && end - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
    }

    synchronized long fetches() {
        return fetches;
    }

    synchronized int losses() {
        return losses;
    }

    /** The versions that the store has acknowledged. */
    synchronized Map<Integer, Integer> kept() {
        Map<Integer, Integer> versions = new HashMap<>();
        kept.forEach((domain, last) -> versions.put(domain, last.version));
        return versions;
    }

    /** How many domains a process has learnt of by the store or said itself. */
    synchronized int known(NodeProcess process) {
        return node(process).bound.cardinality();
    }

    /** After how many milliseconds all but one in a hundred were told of what another had saved. */
    synchronized long spreadMillis() {
        List<Long> sorted = spreads.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() * 99 / 100) / 1_000_000;
    }
}
